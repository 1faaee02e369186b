"""How much a group is told of its own tasks as it happens (`core.presets.group_hears`): what has
come due, and what was done or taken. No row is Quiet, which is how every group begins: nothing of
that. It is nobody's own. Ticks as `core/digests.py` does, at the most once in `APART`: what comes
meanwhile is one message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row

from core import group_preset_rows as sql
from core.columns import due_of
from core.digests import BATCH
from core.group_digests import Told
from core.held import BURST_FOR as APART
from core.moments import moment
from core.presets import GROUP_AT_FIRST, News, Preset, group_hears
from core.reading import BY_ID, read_task
from core.rights import Actor
from core.task import Status, Task

if TYPE_CHECKING:
    from core.work import Work

TOGETHER = 100
"""Tasks of one message, at the most."""
_LOOK = timedelta(days=1)
"""Between two looks, where nothing is known to come: what is further off is found by one."""
_DAY_ENDS = timedelta(hours=17)
"""At the most, from the morning in which a day without a time is told to its end, when it is due:
fifteen hours, and what clocks are put back."""


class GroupPresets:
    """How much groups are told, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._looks: dict[int, datetime] = {}
        self._news: dict[int, dict[int, News]] = {}

    def of(self, chat: int) -> Preset:
        """How much a group is told."""
        row = self._work.run(sql.OF, {"chat": chat}).first()
        return Preset(row.preset) if row is not None else GROUP_AT_FIRST

    def hears(self, chat: int, news: News) -> bool:
        """Whether a group is told that now."""
        return group_hears(self.of(chat), news)

    def told(self, chat: int) -> Told | None:
        """How it is told, where it chose so."""
        row = self._work.run(sql.OF, {"chat": chat}).first()
        return Told(row.language, row.thread) if row is not None else None

    def set(self, chat: int, preset: Preset, told: Told) -> None:
        """Tell this group so much from now on, and nothing of what was before."""
        if not (group_hears(preset, News.DUE) and self.hears(chat, News.DUE)):
            self._work.run(sql.DROP, {"chat": chat})
            self._work.run(sql.DROP_NEWS, {"chat": chat})
        if preset is GROUP_AT_FIRST:
            return
        values = {"chat_id": chat, "preset": preset.value}
        values |= {"language": told.language, "thread": told.thread}
        self._work.run(sql.SET, values | dict.fromkeys(("since", "at", "rests"), self._work.now))

    def expect(self, actor: Actor, columns: Mapping[str, Any]) -> None:
        """A task with these columns may come due in its chat: look by then, if that is a group."""
        chat, due = columns["chat_id"], due_of(columns)
        if due is None or (actor.private and actor.chat == chat):
            return
        if timedelta(0) < (when := moment(due, 0).at) - self._work.now < 2 * _LOOK:
            self._looks[chat] = min(when, self._looks.get(chat, when))

    def happened(self, actor: Actor, task: Task, news: News) -> None:
        """Tell the task's group, if it wants to know. What is said there stands in the answer for
        all to read; a card that is pressed changes without a word."""
        if actor.chat == task.chat and (actor.private or not actor.replaces):
            return
        self._news.setdefault(task.chat, {})[task.id] = news

    def mark(self) -> None:
        """Write down when to look, and what happened: at the end, each group once and in the order
        of their ids. Whoever looks at a group meanwhile either passes it over, or is waited for:
        else they would miss this, and look again in a day."""
        looks, news, self._looks, self._news = self._looks, self._news, {}, {}
        for chat in sorted({*looks, *news}):
            preset = self._look_by(chat, looks.get(chat, self._work.now + _LOOK))
            if chat in news and preset is not None and group_hears(preset, News.DONE):
                for task, what in sorted(news[chat].items()):
                    values = {"chat": chat, "task": task, "news": what.value}
                    self._work.run(sql.ADD_NEWS, values)
                self._look_by(chat, self._work.now)

    def _look_by(self, chat: int, when: datetime) -> Preset | None:
        row = self._work.run(sql.LOOK_BY, {"chat": chat, "when": when}).first()
        return Preset(row.preset) if row is not None else None

    def waiting(self) -> bool:
        """Whether it is time to look at a group."""
        return self._work.run(sql.WAITING, {"now": self._work.now}).first() is not None

    def fire(self, most: int = BATCH) -> int:
        """As `GroupDigests.fire`: how many groups were looked at. What happens while the bot is out
        of one is never told there."""
        found = self._work.run(sql.CLAIM, {"now": self._work.now, "most": most}).all()
        for row in found:
            self._fire(row)
        return len(found)

    def _fire(self, row: Row[Any]) -> None:
        now, chat = self._work.now, row.chat_id
        until = now + _LOOK + _DAY_ENDS
        dated = self._work.run(sql.DATED, {"chat": chat, "since": row.since, "until": until}).all()
        times = [(moment(on, 0).at, each) for each in dated if (on := due_of(each._asdict()))]
        hears = group_hears(Preset(row.preset), News.DUE)
        came = [each for at, each in times if row.since < at <= now and each.created_at < at]
        due = [each.id for each in came if _is_open(each) and hears]
        news = self._work.run(sql.TAKE, {"chat": chat}).all()
        tells = bool(due or news) and not row.gone
        if tells:
            self._put(row, due, news)
        rest = now + APART if tells else row.rests
        soonest = min((at for at, _ in times if at > now), default=now + _LOOK)
        then = max(min(soonest, now + _LOOK), rest)
        self._work.run(sql.NEXT, {"chat": chat, "now": now, "next": then, "rest": rest})

    def _put(self, row: Row[Any], due: Sequence[int], news: Sequence[Row[Any]]) -> None:
        since, until = int(row.since.timestamp()), int(self._work.now.timestamp())
        self._work.put_in_chat(
            row.chat_id,
            name="group",
            id=f"group:{row.chat_id}:{self._work.now.isoformat()}",
            payload={
                "since": since,
                "until": until,
                "due": ",".join(map(str, due[:TOGETHER])),
                "news": ",".join(f"{each.task_id}:{each.what}" for each in news[:TOGETHER]),
            },
        )

    def task(self, chat: int, task: int) -> Task | None:
        """A task as a group reads it, without a number; None where it is the group's no more."""
        row = self._work.run(BY_ID, {"viewer": 0, "task": task}).first()
        gone = row is None or row.deleted_at is not None or row.chat_id != chat
        return None if gone else read_task(row)


def came_due(task: Task, since: int, until: int) -> bool:
    """Whether a task is open still, and came due between two instants, in seconds since 1970."""
    at = moment(task.due, 0).at.timestamp() if task.due else 0
    return task.status.open and since < at <= until


def _is_open(row: Row[Any]) -> bool:
    return row.deleted_at is None and Status(row.status).open
