"""Every setting of the program. No other module reads the environment.

A setting comes from the environment, else from `.env`, else from its default. An empty value is an
unset one. What is missing or malformed stops the start with one line each that names the setting
and the fix; no line repeats a secret.
"""
# long: it names every setting once

from __future__ import annotations

from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot import shapes
from bot.conflicts import KEY_BYTES, conflicts
from bot.keyfile import read_or_make
from bot.staff import staff


class SettingsError(Exception):
    """The program cannot start like this. Each line names a setting and the fix."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def _text(pattern: str, fix: str) -> AfterValidator:
    return AfterValidator(partial(shapes.matching, pattern, fix))


def _secret(pattern: str, fix: str) -> AfterValidator:
    def check(value: SecretStr) -> SecretStr:
        shapes.matching(pattern, fix, value.get_secret_value())
        return value

    return AfterValidator(check)


class Settings(BaseSettings):
    """The settings by their fixed names; `.env.example` says what each one means."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    database_url: Annotated[str, AfterValidator(shapes.database_url)] = Field(
        default="sqlite:///data/fluxbot.db", repr=False
    )
    public_url: Annotated[str, AfterValidator(shapes.base_url)] | None = None
    host: Annotated[str, _text(*shapes.HOST)] = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    """0 is any free port."""
    telegram_bot_token: Annotated[SecretStr, _secret(*shapes.TELEGRAM_TOKEN)] | None = None
    telegram_mode: Literal["polling", "webhook"] = Field(
        default_factory=lambda known: "webhook" if known.get("public_url") else "polling"
    )
    telegram_webhook_secret: Annotated[SecretStr, _secret(*shapes.WEBHOOK_SECRET)] | None = None
    telegram_base_url: Annotated[str, AfterValidator(shapes.base_url)] = "https://api.telegram.org"
    telegram_login_client_id: Annotated[str, _text(*shapes.LOGIN_CLIENT_ID)] | None = None
    telegram_login_client_secret: Annotated[SecretStr, _secret(*shapes.CLIENT_SECRET)] | None = None
    slack_bot_token: Annotated[SecretStr, _secret(*shapes.SLACK_BOT_TOKEN)] | None = None
    slack_signing_secret: Annotated[SecretStr, _secret(*shapes.SIGNING_SECRET)] | None = None
    slack_app_token: Annotated[SecretStr, _secret(*shapes.SLACK_APP_TOKEN)] | None = None
    slack_base_url: Annotated[str, AfterValidator(shapes.slack_base_url)] = "https://slack.com/api/"
    slack_command: Annotated[str, AfterValidator(partial(shapes.matching, *shapes.COMMAND))] = (
        "/task"
    )
    slack_reactions: bool = False
    slack_unfurl: bool = False
    slack_work_objects: bool = False
    slack_client_id: Annotated[str, _text(*shapes.SLACK_CLIENT_ID)] | None = None
    slack_client_secret: Annotated[SecretStr, _secret(*shapes.CLIENT_SECRET)] | None = None
    signup: Literal["open", "invite", "closed"] = "open"
    admins: Annotated[str, AfterValidator(staff)] = ""
    oidc_issuer: Annotated[str, AfterValidator(shapes.issuer)] | None = None
    oidc_client_id: Annotated[str, _text(*shapes.CLIENT_ID)] | None = None
    oidc_client_secret: Annotated[SecretStr, _secret(*shapes.CLIENT_SECRET)] | None = None
    app_jwt_jwks_url: Annotated[str, AfterValidator(shapes.base_url)] | None = None
    app_jwt_key: Annotated[SecretStr, _secret(*shapes.APP_KEY)] | None = None
    app_jwt_issuer: Annotated[str, _text(*shapes.CLAIM)] | None = None
    app_jwt_audience: Annotated[str, _text(*shapes.CLAIM)] | None = None
    polar_access_token: Annotated[SecretStr, _secret(*shapes.POLAR_TOKEN)] | None = None
    polar_webhook_secret: Annotated[SecretStr, _secret(*shapes.POLAR_SECRETS)] | None = None
    polar_server: Literal["sandbox", "production"] = "sandbox"
    """As in the original: where it is forgotten, no money moves."""
    polar_server_url: Annotated[str, AfterValidator(shapes.base_url)] | None = None
    polar_products: Annotated[str, AfterValidator(shapes.products)] = ""
    telegram_billing: Literal["link", "hidden"] = "link"
    trusted_proxies: Annotated[str, AfterValidator(shapes.networks)] = ""
    secret_key_text: Annotated[SecretStr, _secret(*shapes.KEY)] | None = Field(
        default=None, validation_alias="secret_key"
    )
    secret_key_old: Annotated[SecretStr, _secret(*shapes.KEY)] | None = None
    log_format: Literal["text", "json"] = "text"
    metrics_token: Annotated[SecretStr, _secret(*shapes.METRICS_TOKEN)] | None = None

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if lines := [*conflicts(self)]:
            raise ValueError("\n".join(lines))
        return self

    @property
    def telegram_sandbox(self) -> bool:
        """Whether Telegram is played by the sandbox: it has no token."""
        return self.telegram_bot_token is None

    @property
    def slack_sandbox(self) -> bool:
        """Whether Slack is played by the sandbox: it has no token, and nobody can install it."""
        return self.slack_bot_token is None and self.slack_client_id is None

    @property
    def hears_reactions(self) -> bool:
        """Whether Slack tells us of reactions; the sandbox does."""
        return self.slack_reactions or self.slack_sandbox

    @property
    def shows_objects(self) -> bool:
        """Whether links to tasks are shown in Slack as Work Objects; the sandbox has them."""
        return self.slack_work_objects or self.slack_sandbox

    @property
    def slack_installs(self) -> bool:
        """Whether workspaces install the app by themselves."""
        return self.slack_client_id is not None

    @property
    def polar_sandbox(self) -> bool:
        """Whether Polar is played by the sandbox: it has no token, and the chats are played, too.
        Who has a chat of their own and no token has no billing."""
        return self.polar_access_token is None and self.telegram_sandbox and self.slack_sandbox

    @property
    def signs_in(self) -> bool:
        """Whether there is an issuer to sign in with on the web."""
        return self.oidc_issuer is not None

    @property
    def takes_app(self) -> bool:
        """Whether the operator's own app may ask for links."""
        return self.app_jwt_jwks_url is not None or self.app_jwt_key is not None

    @property
    def sqlite_file(self) -> Path | None:
        """The database file, or None on PostgreSQL."""
        return shapes.sqlite_file(self.database_url)

    def secret_key(self) -> bytes:
        """The key of what we sign and encrypt, at least 32 bytes.

        Unset on SQLite without a public URL, it is kept in a file beside the database, which is
        made here the first time. Raises `SettingsError` when that file cannot be used."""
        if self.secret_key_text is not None:
            return self.secret_key_text.get_secret_value().encode()
        database = self.sqlite_file
        if database is None:  # refused at the start already, by `bot.conflicts`
            raise SettingsError(["SECRET_KEY: needed with PostgreSQL"])
        try:
            return read_or_make(database.with_name(database.name + ".key"), least=KEY_BYTES)
        except (OSError, ValueError) as problem:
            raise SettingsError([f"SECRET_KEY: {problem}"]) from None

    def secrets(self) -> tuple[str, ...]:
        """Every secret value that is set, for `bot.logs.redact`."""
        values = (value for _, value in self if isinstance(value, SecretStr))
        plain = [each.get_secret_value() for each in values]
        password = shapes.password(self.database_url)
        return (*plain, *self.polar_webhook_secrets(), *([password] if password else []))

    def polar_webhook_secrets(self) -> tuple[str, ...]:
        """Each secret that Polar may sign with."""
        if self.polar_webhook_secret is None:
            return ()
        text = self.polar_webhook_secret.get_secret_value()
        return tuple(each.strip() for each in text.split(","))


NAMES: tuple[str, ...] = tuple(
    str(field.validation_alias or name).upper() for name, field in Settings.model_fields.items()
)
"""The names of all settings, as the environment spells them."""

UNKNOWN = ".env: has a name that is no setting; remove it, or see .env.example for what there is"


def load() -> Settings:
    """The settings of this process. Raises `SettingsError` with one line per problem."""
    try:
        return Settings()
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False, include_context=False)
        lines = [line for each in details for line in _lines(each)]
        raise SettingsError([*dict.fromkeys(lines)]) from None
    except (OSError, UnicodeDecodeError):
        raise SettingsError([".env: cannot be read; make it a readable UTF-8 file"]) from None


def _lines(detail: Any) -> list[str]:
    """One problem in pydantic's words -> our lines."""
    if detail["type"] == "default_factory_not_called":
        return []  # only ever follows from another problem, which has its own line
    message = str(detail["msg"]).removeprefix("Value error, ")
    if not detail["loc"]:
        return message.splitlines()
    name = str(detail["loc"][0]).upper()
    if detail["type"] == "extra_forbidden":
        # A name that is near none of ours is not repeated: it may be a secret.
        near = name.isidentifier() and get_close_matches(name, NAMES, n=1)
        meant = f"{name}: no such setting; did you mean {near[0]}?" if near else UNKNOWN
        return [meant]
    return [f"{name}: {message[:1].lower()}{message[1:]}"]
