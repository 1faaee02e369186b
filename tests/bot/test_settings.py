"""A start with a missing or malformed setting is refused in one line that names it and the fix."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from bot.settings import NAMES, Settings, SettingsError, load
from bot.shapes import sold
from bot.tokens import tokens_of

TOKEN = "123456789:" + "A" * 35
SECRET = "s" * 32
KEY = "k" * 32
PUBLIC = {"PUBLIC_URL": "https://bot.example.org", "SECRET_KEY": KEY}
OIDC = {
    "OIDC_ISSUER": "https://id.example.org/",
    "OIDC_CLIENT_ID": "fluxbot",
    "OIDC_CLIENT_SECRET": "c" * 8,
}
APP = {"APP_JWT_KEY": KEY, "APP_JWT_ISSUER": "https://app", "APP_JWT_AUDIENCE": "fluxbot"}
INSTALLS = {
    "SLACK_CLIENT_ID": "1234.5678",
    "SLACK_CLIENT_SECRET": "d" * 32,
    "SLACK_SIGNING_SECRET": "f" * 32,
}
POLAR = {
    "POLAR_ACCESS_TOKEN": "polar_oat_" + "p" * 20,
    "POLAR_WEBHOOK_SECRET": "w" * 16,
    "POLAR_PRODUCTS": "pro:1b-2C,pro:3,teams:4",
}


def but(values: dict[str, str], name: str) -> dict[str, str]:
    return {each: value for each, value in values.items() if each != name}


POLLS = {"TELEGRAM_MODE": "polling"}
LOGIN = {
    **PUBLIC,
    **OIDC,
    **POLLS,
    "TELEGRAM_BOT_TOKEN": TOKEN,
    "TELEGRAM_LOGIN_CLIENT_ID": "123456789",
    "TELEGRAM_LOGIN_CLIENT_SECRET": "l" * 32,
}
SLACK = {"SLACK_BOT_TOKEN": "xoxb-1-2-abcdef", "SLACK_SIGNING_SECRET": "f" * 32}

AMBIGUOUS = (
    "postgresql://u:12#34@h/f",
    "postgresql://u:5/x@h/f",
    "postgresql://u:p@ss@h/f",
    "postgresql://u:p?x@h/f",
    "postgresql://u:p[x@h/f",
    "postgresql://h:/f",
    "postgresql://h:port/f",
    "postgresql://[::1/f",
    "postgresql://[::1]h/f",
    "postgresql://h/f?password=hunter22",
    "postgresql://h/f?sslmode=require&%70assword=hunter22",
    "postgresql://h/f?sslpassword=hunter22",
    "postgresql://h:99999/f",
    "postgresql://h/f\n",
)
"""Of which one reader takes another part for the password than another one does, or none at all."""


@pytest.fixture(autouse=True)
def _nothing_configured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def given(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> Settings:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return load()


def refusal(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        given(monkeypatch, values)
    assert caught.value.__cause__ is None
    return caught.value.lines


def test_nothing_configured_is_a_sandbox_on_sqlite() -> None:
    settings = load()
    assert settings.telegram_sandbox
    assert settings.slack_sandbox
    assert settings.telegram_mode == "polling"
    assert settings.sqlite_file == Path("data/fluxbot.db")
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"PORT": "eighty"}, "PORT"),
        ({"PORT": "70000"}, "PORT"),
        ({"HOST": "a host"}, "HOST"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT"),
        ({"TELEGRAM_MODE": "carrier-pigeon"}, "TELEGRAM_MODE"),
        ({"TELEGRAM_BOT_TOKEN": "12345"}, "TELEGRAM_BOT_TOKEN"),
        ({"TELEGRAM_BASE_URL": "http://bots.example.org"}, "TELEGRAM_BASE_URL"),
        ({"TELEGRAM_BASE_URL": "http://127.0.0.1.example.org"}, "TELEGRAM_BASE_URL"),
        ({"TELEGRAM_BASE_URL": "http://127.0.0.1@example.org"}, "TELEGRAM_BASE_URL"),
        ({"SLACK_BASE_URL": "https://slack.com"}, "SLACK_BASE_URL"),
        ({"SLACK_BASE_URL": "ftp://slack.com/api/"}, "SLACK_BASE_URL"),
        ({"SLACK_BASE_URL": "http://[::1]>9/api/"}, "SLACK_BASE_URL"),
        ({"TELEGRAM_BASE_URL": "https://a<b"}, "TELEGRAM_BASE_URL"),
        ({**PUBLIC, "PUBLIC_URL": "http://bot.example.org"}, "PUBLIC_URL"),
        ({**PUBLIC, "PUBLIC_URL": "https://bot.example.org/?a=b"}, "PUBLIC_URL"),
        ({**PUBLIC, "PUBLIC_URL": "https://bot.example.org:port"}, "PUBLIC_URL"),
        ({"PUBLIC_URL": PUBLIC["PUBLIC_URL"]}, "SECRET_KEY"),
        ({"DATABASE_URL": "postgresql://u:p@localhost/f"}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"DATABASE_URL": "mysql://localhost/f"}, "DATABASE_URL"),
        ({"DATABASE_URL": "sqlite://"}, "DATABASE_URL"),
        ({"DATABASE_URL": "sqlite:///:memory:"}, "DATABASE_URL"),
        ({"SLACK_BOT_TOKEN": SLACK["SLACK_BOT_TOKEN"]}, "SLACK_SIGNING_SECRET"),
        ({"SLACK_SIGNING_SECRET": SLACK["SLACK_SIGNING_SECRET"]}, "SLACK_BOT_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xapp-1-abcdefgh"}, "SLACK_BOT_TOKEN"),
        ({"SLACK_COMMAND": "task"}, "SLACK_COMMAND"),
        ({"METRICS_TOKEN": "letmein"}, "METRICS_TOKEN"),
        ({**PUBLIC, "TELEGRAM_BOT_TOKEN": TOKEN}, "TELEGRAM_WEBHOOK_SECRET"),
        ({"TELEGRAM_WEBHOOK_SECRET": "s" * 31}, "TELEGRAM_WEBHOOK_SECRET"),
        ({"TELEGRAM_WEBHOOK_SECRET": "s" * 31 + "!"}, "TELEGRAM_WEBHOOK_SECRET"),
        ({"TELEGRAM_MODE": "webhook", "TELEGRAM_WEBHOOK_SECRET": SECRET}, "PUBLIC_URL"),
        (OIDC, "PUBLIC_URL"),
        *((but({**PUBLIC, **OIDC}, name), name) for name in OIDC),
        (
            {
                **PUBLIC,
                **OIDC,
                "OIDC_ISSUER": "https://id.example.org/.well-known/openid-configuration",
            },
            "OIDC_ISSUER",
        ),
        *((but(LOGIN, name), name) for name in LOGIN if name.startswith("TELEGRAM_LOGIN")),
        (but(LOGIN, "TELEGRAM_BOT_TOKEN"), "TELEGRAM_BOT_TOKEN"),
        ({each: value for each, value in LOGIN.items() if each not in OIDC}, "OIDC_ISSUER"),
        ({**LOGIN, "TELEGRAM_LOGIN_CLIENT_ID": "@fluxbot"}, "TELEGRAM_LOGIN_CLIENT_ID"),
        ({**LOGIN, "TELEGRAM_LOGIN_CLIENT_SECRET": "short"}, "TELEGRAM_LOGIN_CLIENT_SECRET"),
        *((but(APP, name), name) for name in APP),
        ({**APP, "APP_JWT_JWKS_URL": "https://app.example.org/jwks"}, "APP_JWT_KEY"),
        ({**APP, "APP_JWT_KEY": "short"}, "APP_JWT_KEY"),
        ({"SLACK_WORK_OBJECTS": "true"}, "SLACK_UNFURL"),
        (INSTALLS, "PUBLIC_URL"),
        *((but({**PUBLIC, **INSTALLS}, name), name) for name in INSTALLS),
        *((but(POLAR, name), name) for name in POLAR),
        ({**POLAR, "POLAR_PRODUCTS": "gold:1"}, "POLAR_PRODUCTS"),
        ({**POLAR, "POLAR_PRODUCTS": "pro"}, "POLAR_PRODUCTS"),
        ({**POLAR, "POLAR_PRODUCTS": "pro:../x"}, "POLAR_PRODUCTS"),
        ({**POLAR, "POLAR_PRODUCTS": "pro:1,teams:1"}, "POLAR_PRODUCTS"),
        ({**POLAR, "POLAR_WEBHOOK_SECRET": f"{SECRET},"}, "POLAR_WEBHOOK_SECRET"),
        ({**POLAR, "POLAR_WEBHOOK_SECRET": f"{SECRET},short"}, "POLAR_WEBHOOK_SECRET"),
        ({**POLAR, "POLAR_SERVER": "live"}, "POLAR_SERVER"),
        ({**POLAR, "POLAR_SERVER_URL": "http://polar.example.org"}, "POLAR_SERVER_URL"),
        ({"TELEGRAM_BILLING": "stars"}, "TELEGRAM_BILLING"),
        ({"SIGNUP": "maybe"}, "SIGNUP"),
        ({"TRUSTED_PROXIES": "10.0.0.0/8, proxy.example.org"}, "TRUSTED_PROXIES"),
        ({"ADMINS": "@ada"}, "ADMINS"),
        ({"ADMINS": "telegram:ada"}, "ADMINS"),
        ({"ADMINS": "telegram:1, slack:U1"}, "ADMINS"),
        ({"SECRET_KEY_OLD": "short"}, "SECRET_KEY_OLD"),
        *(({name: os.fsdecode(b"\xff" * 40)}, name) for name in NAMES),
        *(({"DATABASE_URL": each, "SECRET_KEY": KEY}, "DATABASE_URL") for each in AMBIGUOUS),
    ],
)
def test_a_problem_is_one_line_that_names_the_setting(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], name: str
) -> None:
    (line,) = refusal(monkeypatch, values)
    assert line.startswith(f"{name}: ")
    assert "\n" not in line


@pytest.mark.parametrize("name", ["TELEGRAM_BOT_TOKEN", "SECRET_KEY", "DATABASE_URL"])
def test_a_refusal_never_repeats_the_value(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    (line,) = refusal(monkeypatch, {name: "hunter22"})
    assert "hunter22" not in line


def test_polar_is_played_only_where_both_chats_are(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load().polar_sandbox
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    assert not load().polar_sandbox
    monkeypatch.delenv("TELEGRAM_BOT_TOKEN")
    assert not given(monkeypatch, POLAR).polar_sandbox


def test_a_plan_may_have_several_products_and_polar_several_secrets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = given(monkeypatch, {**POLAR, "POLAR_WEBHOOK_SECRET": f"{SECRET} , {KEY}"})
    assert sold(settings.polar_products) == {"1b-2C": "pro", "3": "pro", "4": "teams"}
    assert settings.polar_webhook_secrets() == (SECRET, KEY)
    assert {SECRET, KEY} <= set(settings.secrets())


def test_every_problem_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = refusal(monkeypatch, {"PORT": "x", "LOG_FORMAT": "y", "SLACK_COMMAND": "z"})
    assert [line.split(":")[0] for line in lines] == ["PORT", "SLACK_COMMAND", "LOG_FORMAT"]


@pytest.mark.parametrize(
    "values",
    [
        {"TELEGRAM_BASE_URL": "http://127.0.0.1:8081", "SLACK_BASE_URL": "http://[::1]:9/api/"},
        {"TELEGRAM_BASE_URL": "http://localhost:8081/"},
        {**SLACK},
        {"SLACK_BOT_TOKEN": SLACK["SLACK_BOT_TOKEN"], "SLACK_APP_TOKEN": "xapp-1-abcdefgh"},
        {**PUBLIC, "TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_WEBHOOK_SECRET": SECRET},
        {**PUBLIC, "TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_MODE": "polling"},
        {**PUBLIC, "PUBLIC_URL": "http://127.0.0.1:8080/"},
        {**PUBLIC, **OIDC, "TELEGRAM_MODE": "polling"},
        LOGIN,
        APP,
        {**PUBLIC, **INSTALLS},
        {**POLAR, "POLAR_SERVER_URL": "http://127.0.0.1:9", "TELEGRAM_BILLING": "hidden"},
        {"TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8, ::1"},
        {"ADMINS": "telegram:123, slack:T1/U1,slack:E0ABC/W2"},
    ],
)
def test_what_is_well_formed_starts(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str]
) -> None:
    given(monkeypatch, values)


def test_a_public_url_means_webhooks_and_loses_its_last_slash(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = given(monkeypatch, {**PUBLIC, "PUBLIC_URL": "https://bot.example.org/"})
    assert settings.telegram_mode == "webhook"
    assert settings.public_url == "https://bot.example.org"


def test_slack_calls_a_public_url_and_needs_no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    both = {**SLACK, "SLACK_APP_TOKEN": "xapp-1-abcdefgh"}
    assert tokens_of(given(monkeypatch, both)).slack_app_token == "xapp-1-abcdefgh"
    assert tokens_of(given(monkeypatch, {**both, **PUBLIC, **POLLS})).slack_app_token is None


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_spelled_in_one_way(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    settings = given(
        monkeypatch, {"DATABASE_URL": f"{scheme}://u:p%40ss@localhost/f", "SECRET_KEY": KEY}
    )
    assert settings.database_url == "postgresql+psycopg://u:p%40ss@localhost/f"
    assert settings.sqlite_file is None
    assert "p@ss" in settings.secrets()


@pytest.mark.parametrize(
    ("rest", "secret"),
    [
        ("u:p%40ss%2F@[::1]:5432/f?sslmode=require", "p@ss/"),
        ("u:a:b@h/f", "a:b"),
        ("/f?host=/run/postgresql", None),
        ("u@h", None),
    ],
)
def test_the_password_that_opens_the_database_is_among_the_secrets(
    monkeypatch: pytest.MonkeyPatch, rest: str, secret: str | None
) -> None:
    settings = given(monkeypatch, {"DATABASE_URL": f"postgresql://{rest}", "SECRET_KEY": KEY})
    assert make_url(settings.database_url).password == secret
    assert settings.secrets() == (KEY, *([secret] if secret else []))


def test_empty_is_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = given(monkeypatch, dict.fromkeys(NAMES, ""))
    assert settings.port == 8080
    assert settings.telegram_sandbox


def test_dotenv_is_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("PORT=9001\nSLACK_COMMAND=/todo\nSECRET_KEY=" + KEY)
    settings = given(monkeypatch, {"PORT": "9002"})
    assert (settings.port, settings.slack_command) == (9002, "/todo")
    assert settings.secret_key() == KEY.encode()


def test_an_unknown_name_in_dotenv_is_refused_with_the_nearest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path(".env").write_text("TELEGRAM_TOKEN=" + TOKEN)
    assert refusal(monkeypatch, {}) == [
        "TELEGRAM_TOKEN: no such setting; did you mean TELEGRAM_BOT_TOKEN?"
    ]


@pytest.mark.parametrize(
    "name", [TOKEN, KEY, SLACK["SLACK_BOT_TOKEN"], "\x1b[2J", "a" * 16, "S3_BUCKET"]
)
def test_a_name_in_dotenv_that_is_like_none_may_be_a_secret_and_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    Path(".env").write_text(f"{name}=x\nOTHER=y")
    (line,) = refusal(monkeypatch, {})
    assert line.startswith(".env: has a name that is no setting; ")


def test_dotenv_that_is_not_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_bytes(b"\xff\xfe\x00")
    (line,) = refusal(monkeypatch, {})
    assert line.startswith(".env: ")


def test_no_secret_shows_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {**SLACK, "TELEGRAM_BOT_TOKEN": TOKEN, "SECRET_KEY": KEY}
    settings = given(monkeypatch, {**values, "DATABASE_URL": "postgresql://u:hunter22@h/f"})
    shown = repr(settings) + str(settings)
    assert set(settings.secrets()) == {*values.values(), "hunter22"}
    assert not [secret for secret in settings.secrets() if secret in shown]


def test_the_key_is_made_once_beside_the_database_and_only_for_the_owner() -> None:
    key = load().secret_key()
    file = Path("data/fluxbot.db.key")
    assert len(key) >= 32
    assert load().secret_key() == key
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert os.listdir("data") == [file.name]


def test_a_key_that_others_can_read_is_refused() -> None:
    load().secret_key()
    Path("data/fluxbot.db.key").chmod(0o640)
    with pytest.raises(SettingsError, match=r"^SECRET_KEY: .* chmod 600 "):
        load().secret_key()


def test_a_key_that_was_cut_is_refused() -> None:
    load().secret_key()
    Path("data/fluxbot.db.key").write_text("short")
    with pytest.raises(SettingsError, match=r"^SECRET_KEY: .* 32 bytes"):
        load().secret_key()


def test_the_example_names_every_setting_once_with_its_default() -> None:
    example = Path(__file__).parents[2] / ".env.example"
    pairs = [line.split("=", 1) for line in example.read_text().splitlines() if "=" in line[:40]]
    written = {name: value for name, value in pairs if not name.startswith("#")}
    assert tuple(written) == NAMES
    defaults = load()
    Path(".env").write_bytes(example.read_bytes())
    assert load() == defaults
