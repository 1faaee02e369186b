"""Whether Slack knows the tokens, and lets the bot do what its manifest asks for."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot.doctor.asking import Answer, Patient
from bot.doctor.finding import Finding, note, ok, wrong
from bot.logs import clean
from bot.manifest import scopes_of

TOKEN, SCOPES, SOCKET = "slack token", "slack scopes", "slack socket mode"


async def look(patient: Patient) -> AsyncIterator[Finding]:
    """One finding per check."""
    settings = patient.settings
    if settings.slack_bot_token is None:
        why = "workspaces bring their own" if settings.slack_installs else "the sandbox plays Slack"
        yield note(TOKEN, f"no SLACK_BOT_TOKEN, {why}")
        return
    token = settings.slack_bot_token.get_secret_value()
    answer = await _call(patient, "auth.test", token)
    yield _token(answer)
    if answer.body.get("ok") is True:
        yield _scopes(answer, scopes_of(settings))
    called = settings.public_url and settings.slack_signing_secret
    if settings.slack_app_token and not called:
        app = settings.slack_app_token.get_secret_value()
        yield _socket(await _call(patient, "apps.connections.open", app))


async def _call(patient: Patient, method: str, token: str) -> Answer:
    url = f"{patient.settings.slack_base_url}{method}"
    return await patient.ask("POST", url, headers={"Authorization": f"Bearer {token}"})


def _token(answer: Answer) -> Finding:
    if answer.body.get("ok") is True:
        return ok(TOKEN, f"is that of {clean(str(answer.body.get('team')))[:80]}")
    if error := answer.body.get("error"):
        fix = "copy the Bot User OAuth Token again from the app's page, OAuth & Permissions"
        return wrong(TOKEN, f"Slack refuses it ({clean(str(error))[:60]})", fix)
    fix = "let this machine reach it by https, or mend SLACK_BASE_URL"
    return wrong(TOKEN, f"Slack cannot be asked: {answer.problem or answer.status}", fix)


def _scopes(answer: Answer, wanted: tuple[str, ...]) -> Finding:
    header = answer.headers.get("x-oauth-scopes")
    if header is None:
        return note(SCOPES, "Slack does not say which the token has")
    granted = {each.strip() for each in header.split(",")}
    if missing := [each for each in wanted if each not in granted]:
        fix = "print the manifest again, paste it at the app's page, and reinstall the app"
        return wrong(SCOPES, f"the token lacks {', '.join(missing)}", fix)
    return ok(SCOPES, "all that the manifest asks for")


def _socket(answer: Answer) -> Finding:
    if answer.body.get("ok") is True:
        return ok(SOCKET, "Slack opens a connection")
    why = clean(str(answer.body.get("error") or answer.problem or answer.status))[:60]
    fix = "make an app-level token with connections:write and put it into SLACK_APP_TOKEN"
    return wrong(SOCKET, f"Slack opens no connection ({why})", fix)
