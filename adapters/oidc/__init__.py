"""Sign-in with an OpenID Connect issuer; Telegram and Slack as issuers that say whose browser it
is; and the tokens of the operator's own app."""

from adapters.oidc.app_tokens import AppTokens
from adapters.oidc.provider import Provider

__all__ = ["AppTokens", "Provider"]
