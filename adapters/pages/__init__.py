"""The pages of a sign-in on the web, and the route for links from the operator's own app."""

from adapters.pages.app_route import AppRoute
from adapters.pages.site import Pages

__all__ = ["AppRoute", "Pages"]
