"""Whether Telegram knows the token, sends to us what it should, and keeps the talk of groups."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from bot.doctor.asking import Answer, Patient
from bot.doctor.finding import Finding, note, ok, wrong
from bot.logs import clean

PATH = "/telegram/webhook"
"""As `adapters.telegram.webhook` has it; a test compares them."""
RECENT = 3600.0
"""Seconds for which a failed delivery counts."""
WAITING = 100
"""Updates that wait at Telegram, from which on it is worth a word."""
PRIVACY, WEBHOOK, TOKEN = "telegram privacy mode", "telegram webhook", "telegram token"


async def look(patient: Patient) -> AsyncIterator[Finding]:
    """One finding per check."""
    token = patient.settings.telegram_bot_token
    if token is None:
        yield note(TOKEN, "no TELEGRAM_BOT_TOKEN, the sandbox plays Telegram")
        return
    root = f"{patient.settings.telegram_base_url.rstrip('/')}/bot{token.get_secret_value()}"
    me = await patient.ask("GET", f"{root}/getMe")
    yield _token(me)
    bot = me.body.get("result")
    if not isinstance(bot, dict):
        return
    yield _privacy(hears_all=bool(bot.get("can_read_all_group_messages")))
    yield _webhook(patient, await patient.ask("GET", f"{root}/getWebhookInfo"))


def _token(me: Answer) -> Finding:
    bot = me.body.get("result")
    if isinstance(bot, dict):
        return ok(TOKEN, f"is that of @{bot.get('username')}")
    if me.status in (401, 404):
        fix = "copy TELEGRAM_BOT_TOKEN again from @BotFather, /mybots, API Token"
        return wrong(TOKEN, "Telegram does not know it", fix)
    fix = "let this machine reach it by https, or mend TELEGRAM_BASE_URL"
    return wrong(TOKEN, f"Telegram cannot be asked: {me.problem or me.status}", fix)


def _privacy(*, hears_all: bool) -> Finding:
    if not hears_all:
        return ok(PRIVACY, "on: in groups the bot gets what is for it, and nothing else")
    fix = (
        "it does not need that: at @BotFather write /setprivacy, Enable, and add the bot to its "
        "groups anew"
    )
    return note(PRIVACY, "off: Telegram sends the bot all that is said in its groups", fix)


def _webhook(patient: Patient, answer: Answer) -> Finding:
    info = answer.body.get("result")
    if not isinstance(info, dict):
        why = answer.problem or answer.status
        return wrong(WEBHOOK, f"Telegram does not say where it calls: {why}", "try again")
    url = str(info.get("url") or "")
    settings = patient.settings
    expected = f"{settings.public_url}{PATH}" if settings.telegram_mode == "webhook" else ""
    if url != expected:
        return _elsewhere(url, expected)
    failed = patient.now() - float(info.get("last_error_date") or 0) < RECENT
    if failed and expected:
        said = clean(str(info.get("last_error_message") or ""))[:200]
        return wrong(WEBHOOK, f"the last call of the past hour failed: {said}", _FIXES["failed"])
    waiting = int(info.get("pending_update_count") or 0)
    if waiting > WAITING:
        return note(WEBHOOK, f"{waiting} messages wait at Telegram", "is the service running?")
    return ok(WEBHOOK, "leads here" if expected else "there is none, the bot polls")


_FIXES = {
    "failed": "see that PUBLIC_URL leads to this service, and that TELEGRAM_WEBHOOK_SECRET is the "
    "one that it runs with",
    "foreign": "stop the service that set this, or take another bot; the next `run` ends it",
    "none": "start the service once: it tells Telegram",
}


def _elsewhere(url: str, expected: str) -> Finding:
    if not url:
        return wrong(WEBHOOK, "Telegram calls nobody", _FIXES["none"])
    host = urlsplit(url).hostname or "somebody"
    ours = bool(expected) and host == urlsplit(expected).hostname
    where = "another path of this host" if ours else clean(host)[:100]
    return wrong(WEBHOOK, f"Telegram calls {where}, so that nothing comes here", _FIXES["foreign"])
