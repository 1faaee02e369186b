"""Gives a person the answer to what they just did, by the way that `routing` chose."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

from adapters.slack.addresses import own_address
from adapters.slack.early import Early
from adapters.slack.errors import ABSENT, CLOSED, TRIGGER
from adapters.slack.forms import modal, problems
from adapters.slack.installs import Installed, Installs
from adapters.slack.origin import Origin
from adapters.slack.panes import present
from adapters.slack.routing import Way, way
from adapters.slack.screens import show_screen
from adapters.slack.tabs import Tabs
from adapters.slack.ticket import NEW, Ticket
from adapters.slack.whispers import Send, Whispers, ephemeral, with_toast
from core.chat import Button, Form, Inbound, Reply, Sent, Style
from core.errors import Ambiguous, ChatGone, MessageGone, RetryLater, Unsendable
from core.installs import UNINSTALLED

log = logging.getLogger(__name__)

INVITE = "Only you can see this, because I am not in this channel. To show it here: /invite @{name}"


def response_body(inbound: Inbound, reply: Reply, command: str) -> dict[str, Any] | None:
    """What rides in the response to Slack's own request; None where nothing does."""
    if way(inbound, reply) is not Way.RIDE:
        return None
    if reply.form is None:
        return {"response_type": "ephemeral", **ephemeral(reply, command)}
    wrong = problems(reply.form)
    if wrong:
        return {"response_action": "errors", "errors": wrong}
    return {"response_action": "update", "view": modal(reply.form, _origin(inbound, reply.form))}


class Answers:
    """Sends what does not ride, by the install that was asked."""

    def __init__(
        self, installs: Installs, send: Send, command: str, early: Early, tabs: Tabs
    ) -> None:
        self._installs = installs
        self._send = send
        self._whispers = Whispers(send, command)
        self._early = early
        self._tabs = tabs
        self._command = command

    async def give(self, inbound: Inbound, reply: Reply) -> Sent | None:
        """The message that came of it, if one did that all can see or that can be edited later."""
        chosen = way(inbound, reply)
        if chosen is Way.RIDE:
            return None
        by = await self._asked(inbound)
        if reply.home is not None:
            await self._tabs.show(by.api, inbound.sender.user_id, reply.home)
        if reply.pane is not None and await present(by.api, inbound.token, reply.pane):
            return None
        sent = None
        if chosen is Way.OPEN and reply.form is not None:
            await self._open(by, inbound, reply.form)
        elif chosen is not Way.NOTHING:
            sent = await self._show(by, chosen, inbound, reply)
        if reply.toast and chosen is Way.NOTHING:  # else what is drawn says it, and stays
            await self._whispers.say(by, inbound, Reply(text=reply.toast))
        return sent

    async def _asked(self, inbound: Inbound) -> Installed:
        by = Ticket.unpack(inbound.token).by
        found = await self._installs.named(by) if by else None
        reaching = [] if by else await self._installs.reaching(inbound.address.scope)
        if found is None and not reaching:
            raise ChatGone(UNINSTALLED)
        return found or reaching[0]

    async def _show(
        self, by: Installed, chosen: Way, inbound: Inbound, reply: Reply
    ) -> Sent | None:
        if chosen is Way.SCREEN:
            if await show_screen(by, inbound, with_toast(reply), self._command):
                return None
            return await self._send(by, own_address(inbound.sender), reply)
        if chosen not in (Way.EDIT, Way.POST):
            await self._whispers.say(by, inbound, reply, replacing=chosen is Way.REPLACE)
            return None
        try:
            return await self._publish(by, chosen, inbound, reply)
        except ChatGone as error:
            if error.reason not in ABSENT or inbound.address.private:
                raise
        name = by.us.name or (await by.api.identify()).name or "this app"
        text = "\n\n".join(filter(None, (INVITE.format(name=name), reply.text)))
        await self._whispers.say(by, inbound, replace(reply, text=text))
        return None

    async def _publish(self, by: Installed, chosen: Way, inbound: Inbound, reply: Reply) -> Sent:
        if chosen is Way.EDIT:
            try:
                return await self._send(by, inbound.address, reply, edit=inbound.message)
            except MessageGone as error:
                log.info("The pressed message is gone: %s", error.reason)
        return await self._send(by, inbound.address, reply)

    async def _open(self, by: Installed, inbound: Inbound, form: Form) -> None:
        view = modal(form, _origin(inbound, form))
        trigger, early = Ticket.unpack(inbound.token).trigger, await self._early.view(inbound)
        try:
            if early:
                await by.api.call("views.update", view_id=early, view=view)
                return
            if trigger:
                method = "views.push" if _screen_below(inbound) else "views.open"
                await by.api.call(method, trigger_id=trigger, view=view)
                return
        except (Unsendable, RetryLater, Ambiguous) as error:
            # A second try would come too late for the trigger: a button brings another one.
            if isinstance(error, Unsendable) and error.reason not in TRIGGER | CLOSED:
                raise
            log.info("A form was not opened: %s", error.reason)
        again = Button(form.opens, form.line, Style.PRIMARY)
        await self._whispers.say(by, inbound, Reply(text=form.late, buttons=((again,),)))


def _screen_below(inbound: Inbound) -> str:
    """The modal that is open already."""
    screen = Ticket.unpack(inbound.token).screen
    return "" if screen == NEW else screen


def _origin(inbound: Inbound, form: Form) -> Origin:
    address, ticket = inbound.address, Ticket.unpack(inbound.token)
    return Origin(
        line=form.line,
        scope=address.scope,
        chat=address.chat,
        private=address.private,
        thread=address.thread,
        title=address.title,
        message=inbound.message,
        url=ticket.url,
        ephemeral=ticket.ephemeral,
        screen=_screen_below(inbound),
        home=inbound.home,
        pane=inbound.pane,
    )
