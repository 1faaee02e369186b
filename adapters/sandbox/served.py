"""Where a sandbox is served, in the terms of the settings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Served:
    """Where a served sandbox is."""

    url: str
    """With the prefix, without a trailing slash."""

    @property
    def telegram_base_url(self) -> str:
        """For `TELEGRAM_BASE_URL`: `/bot<token>/` follows."""
        return f"{self.url}/telegram"

    @property
    def slack_base_url(self) -> str:
        """For `SLACK_BASE_URL`: ends in `/api/`."""
        return f"{self.url}/slack/api/"

    @property
    def polar_base_url(self) -> str:
        """For `POLAR_SERVER_URL`: `/v1/` follows."""
        return f"{self.url}/polar"
