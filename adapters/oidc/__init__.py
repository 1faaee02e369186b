"""Sign-in with an OpenID Connect issuer, and the tokens of the operator's own app."""

from adapters.oidc.app_tokens import AppTokens
from adapters.oidc.provider import Provider

__all__ = ["AppTokens", "Provider"]
