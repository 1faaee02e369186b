"""Answers that did not get through directly, sent by jobs."""

from __future__ import annotations

from bot.answers import settle
from bot.courier import Courier
from bot.saying import Saying
from bot.telling import Message, replying
from bot.waiting import SINCE, give_next, keep_waiting
from core.errors import Ambiguous, ChatGone, GiveUp, Unsendable
from core.ports import Payload
from core.store import Store
from core.work import Work


class LateAnswers:
    """What the job `reply` does."""

    def __init__(self, store: Store, courier: Courier, saying: Saying) -> None:
        self._store = store
        self._courier = courier
        self._saying = saying

    async def send(self, payload: Payload) -> None:
        """Deliver an answer. Whatever becomes of it, those that waited behind it come next, unless
        it waits for somebody again. Raises `GiveUp` where it is no longer kept, and where it may
        have arrived twice by now."""
        try:
            there = await self._reaches(payload)
        except Exception:
            await self._go_on(payload)  # the next one waits behind it, should it be tried again
            raise
        if there:
            await self._go_on(payload)

    async def _reaches(self, payload: Payload) -> bool:
        """False where it waits: there is nobody to write to, or they have just come."""
        key = str(payload["key"])
        message = await self._store.query(lambda work: replying(work, key))
        if message is None:
            return True
        asked_in = int(str(payload.get("asked_in") or 0))
        try:
            sent = await self._saying.send_anew(message)
        except ChatGone as error:
            await self._keep(message, key, asked_in, error)
            return False
        except Unsendable as error:
            raise GiveUp(f"Unsendable: {error.reason}") from None
        except Ambiguous as error:
            if payload.get("tried"):
                raise GiveUp(f"may have been delivered: {error.reason}") from None
            raise

        def settled(work: Work) -> None:
            place = work.chats.by_id(asked_in).address if asked_in else None
            settle(work, key, sent, message.reply, place)

        await self._store.mutate(settled)
        return True

    async def _keep(self, message: Message, key: str, asked_in: int, error: ChatGone) -> None:
        to = message.address
        if not to.private:
            raise GiveUp(f"ChatGone: {error.reason}") from None
        entrance = await self._courier.entrance(to.platform)
        await self._store.mutate(lambda work: keep_waiting(work, key, to, asked_in, entrance))

    async def _go_on(self, payload: Payload) -> None:
        if SINCE in payload:
            await self._store.mutate(lambda work: give_next(work, payload))
