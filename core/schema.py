"""All tables, for both databases."""

# long: it is one list of tables

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeDecorator

from core import search_tables


class UtcTime(TypeDecorator[datetime]):
    """An instant: aware and in UTC on both sides. SQLite would give it back naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        aware: datetime = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.astimezone(UTC)


# SQLite numbers rows by itself only for a column that is INTEGER to the letter.
Id = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


# What two indexes hold, to the letter: a question that is spelt otherwise does not find them.
ON_TRIAL = text("status = 'trialing'")
HOOK_WAITS = text("outcome IN ('unknown', 'malformed', 'failed', 'nobody')")


def _id() -> Column[int]:
    """The row's number. A table whose rows are deleted says `sqlite_autoincrement`: SQLite would
    give the newest number again, and jobs, buttons and `once` keys still name the old row."""
    return Column("id", Id, primary_key=True)


def _ref(name: str, target: str, *, nullable: bool = False, **options: Any) -> Column[int]:
    return Column(name, Id, ForeignKey(f"{target}.id"), nullable=nullable, **options)


def _goes_with(name: str, target: str, **options: Any) -> Column[int]:
    """The row is nothing without what it refers to, and is deleted with it."""
    refers = ForeignKey(f"{target}.id", ondelete="CASCADE")
    return Column(name, Id, refers, nullable=False, **options)


account = Table(
    "account",
    metadata,
    _id(),
    Column("public_id", String(16), nullable=False, unique=True),
    Column("name", String(64), nullable=False),
    Column("timezone", String(64), nullable=False, server_default=""),
    Column("language", String(16), nullable=False, server_default=""),
    # The next short number; open_tasks is counted here so that a limit is one conditional UPDATE.
    Column("next_number", Integer, nullable=False, server_default="1"),
    Column("open_tasks", Integer, nullable=False, server_default="0"),
    Column("created_at", UtcTime, nullable=False),
    # Empty for somebody who was only mentioned so far.
    Column("joined_at", UtcTime),
    # Where everything went when two accounts became one.
    _ref("merged_into", "account", nullable=True),
    # What they pay for, by its name in `core/plans.py`; empty for the free plan. Derived from
    # `subscription`, and kept here so that a limit is one conditional UPDATE.
    Column("plan", String(16), nullable=False, server_default=""),
    # When that has to be looked at again, whatever Polar says or does not say until then.
    Column("plan_until", UtcTime),
    # Whether they want to hear of every renewal.
    Column("tell_renewals", Boolean, nullable=False, server_default=text("false")),
    # The platform to be told of plans on; empty for the chat where the plan began.
    Column("plan_news", String(16), nullable=False, server_default=""),
    # From when to when, on the wall, nothing is told that can wait; empty for no such hours.
    Column("quiet_from", String(5), nullable=False, server_default=""),
    Column("quiet_until", String(5), nullable=False, server_default=""),
    # Whether they were asked where they are: that is done once.
    Column("zone_asked", Boolean, nullable=False, server_default=text("false")),
    # Whether others may give them tasks.
    Column("takes_tasks", Boolean, nullable=False, server_default=text("true")),
    Index(
        "ix_account_plan_until",
        "plan_until",
        sqlite_where=text("plan_until IS NOT NULL"),
        postgresql_where=text("plan_until IS NOT NULL"),
    ),
)

chat = Table(
    "chat",
    metadata,
    _id(),
    Column("platform", String(16), nullable=False),
    Column("scope", String(64), nullable=False),
    Column("chat", String(64), nullable=False),
    Column("private", Boolean, nullable=False),
    Column("title", String(128), nullable=False, server_default=""),
    Column("out_seq", Integer, nullable=False, server_default="0"),
    # Why nothing can be sent there, or empty.
    Column("gone", String(200), nullable=False, server_default=""),
    Column("gone_at", UtcTime),
    Column("created_at", UtcTime, nullable=False),
    # The reaction by which a message there becomes a task, by its name; empty for none.
    Column("reaction", String(64), nullable=False, server_default=""),
    UniqueConstraint("platform", "scope", "chat"),
    Index(
        "ix_chat_gone",
        "gone_at",
        sqlite_where=text("gone_at IS NOT NULL"),
        postgresql_where=text("gone_at IS NOT NULL"),
    ),
)

identity = Table(
    "identity",
    metadata,
    _id(),
    _ref("account_id", "account", index=True),
    # The private chat with this person.
    _ref("chat_id", "chat", index=True),
    Column("platform", String(16), nullable=False),
    Column("scope", String(64), nullable=False),
    # Empty for somebody known by handle alone.
    Column("user_id", String(64), nullable=False),
    Column("handle", String(64), nullable=False, server_default=""),
    Column("name", String(64), nullable=False),
    Column("notify", Boolean, nullable=False, server_default=text("true")),
    # How much of it, as `core.presets.Preset` has it.
    Column("preset", String(8), nullable=False, server_default="normal"),
    # The zone in which dates are read and shown there; empty for the account's.
    Column("timezone", String(64), nullable=False, server_default=""),
    Column("linked_at", UtcTime, nullable=False),
    # The account it was in before it was linked to this one: where it returns when it leaves.
    # Without a constraint, which SQLite adds only by copying the table.
    Column("home_id", Id, index=True),
    # When they last wrote with this handle, to the day; empty where they did not.
    Column("handle_seen_at", UtcTime),
    Index("ix_identity_handle", "platform", "scope", "handle"),
    Index(
        "uq_identity_user",
        "platform",
        "scope",
        "user_id",
        unique=True,
        sqlite_where=text("user_id <> ''"),
        postgresql_where=text("user_id <> ''"),
    ),
    sqlite_autoincrement=True,
)

task = Table(
    "task",
    metadata,
    _id(),
    Column("public_id", String(8), nullable=False, unique=True),
    _ref("owner_id", "account", index=True),
    _ref("assignee_id", "account", nullable=True),
    # What the assignee said, as `core.task.Offer` has it; and how often it was offered, which names
    # one offer, for telling its answer once.
    Column("offer", String(8), nullable=False, server_default=""),
    Column("offers", Integer, nullable=False, server_default="0"),
    # Where it was made.
    _ref("chat_id", "chat"),
    Column("title", String(500), nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("status", String(12), nullable=False),
    Column("priority", String(8), nullable=False),
    Column("category", String(40), nullable=False, server_default=""),
    # Wall date, wall time and zone as they were said, and the instant that they mean.
    Column("due_on", String(10), nullable=False, server_default=""),
    Column("due_time", String(5), nullable=False, server_default=""),
    Column("due_zone", String(64), nullable=False, server_default=""),
    Column("due_at", UtcTime),
    # How many minutes before it is due to remind; empty for when it is due, below 0 for never.
    Column("remind", Integer),
    # An RRULE in wall time, and when this one was to be by it: `2026-11-27T09:00`, or a day.
    Column("rule", String(200), nullable=False, server_default=""),
    Column("occurrence", String(16), nullable=False, server_default=""),
    # Words in small letters, with blanks between them.
    Column("labels", String(420), nullable=False, server_default=""),
    # After how many minutes to remind again, until it is done; empty for once.
    Column("nag", Integer),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("completed_at", UtcTime),
    _ref("completed_by", "account", nullable=True),
    # How often it was completed: names one completion, for telling it once.
    Column("completions", Integer, nullable=False, server_default="0"),
    # How many notes it has.
    Column("notes", Integer, nullable=False, server_default="0"),
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("deleted_at", UtcTime),
    # Also for what is due in a group, of all that was made there.
    Index("ix_task_chat_id_due_at", "chat_id", "due_at"),
    # Most tasks are given to nobody, and need not write into it.
    Index(
        "ix_task_assignee_id",
        "assignee_id",
        sqlite_where=text("assignee_id IS NOT NULL"),
        postgresql_where=text("assignee_id IS NOT NULL"),
    ),
    Index(
        "ix_task_deleted",
        "deleted_at",
        sqlite_where=text("deleted_at IS NOT NULL"),
        postgresql_where=text("deleted_at IS NOT NULL"),
    ),
    Index(
        "ix_task_completed",
        "completed_by",
        "completed_at",
        sqlite_where=text("completed_at IS NOT NULL"),
        postgresql_where=text("completed_at IS NOT NULL"),
    ),
    # What those who left a group had to do there.
    Index(
        "ix_task_left",
        "chat_id",
        sqlite_where=text("offer = 'left'"),
        postgresql_where=text("offer = 'left'"),
    ),
    sqlite_autoincrement=True,
)

# A row for each person that a task concerns, with its short number for them.
concern = Table(
    "concern",
    metadata,
    _ref("account_id", "account", primary_key=True),
    Column("number", Integer, primary_key=True),
    _ref("task_id", "task"),
    # Copied from the task, so that the open ones are found without passing the finished ones.
    Column("open", Boolean, nullable=False),
    UniqueConstraint("account_id", "task_id"),
    Index("ix_concern_open", "account_id", "open", "task_id"),
    Index("ix_concern_task", "task_id"),
)

# What was noted of a task, from 1 to its count of notes. Whoever is forgotten leaves empty ones.
note = Table(
    "note",
    metadata,
    _id(),
    _ref("task_id", "task"),
    Column("place", Integer, nullable=False),
    _ref("account_id", "account", nullable=True, index=True),
    Column("text", Text, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    UniqueConstraint("task_id", "place"),
    sqlite_autoincrement=True,
)

# When somebody is to be reminded of a task. Told and deleted in one transaction, when its time has
# come; rows of tasks that are finished meanwhile are deleted then, too, and nothing is told.
reminder = Table(
    "reminder",
    metadata,
    _id(),
    _ref("task_id", "task"),
    _ref("account_id", "account", index=True),
    # `due`, `offset` (before it is due), `snooze`: as `core.moments.Why` has them.
    Column("why", String(8), nullable=False),
    # The time on the wall and its zone, and the instant that they mean.
    Column("wall", String(16), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("at", UtcTime, nullable=False, index=True),
    UniqueConstraint("task_id", "account_id", "why"),
    # Those who left a group are looked for beside everything that is due.
    Index(
        "ix_reminder_left",
        "at",
        sqlite_where=text("why = 'left'"),
        postgresql_where=text("why = 'left'"),
    ),
    sqlite_autoincrement=True,
)

# What one message changed, so that it can be undone.
change = Table(
    "change",
    metadata,
    _id(),
    _ref("account_id", "account"),
    Column("made_at", UtcTime, nullable=False),
    Column("undone_at", UtcTime),
    Index("ix_change_account", "account_id", "id"),
    sqlite_autoincrement=True,
)

change_task = Table(
    "change_task",
    metadata,
    _ref("change_id", "change", primary_key=True),
    _ref("task_id", "task", primary_key=True, index=True),
    # The task's columns before, as JSON; the revision after, to see whether somebody came between.
    Column("before", Text, nullable=False),
    Column("revision", Integer, nullable=False),
)

notice = Table(
    "notice",
    metadata,
    _id(),
    _ref("account_id", "account"),
    _ref("task_id", "task", nullable=True, index=True),
    # The original's own name for the kind, for whoever takes their data along: exports show it, and
    # nothing here goes by it.
    Column("type", String(16), nullable=False),
    # What happened, as `core.events` packs it; `bot/notices.py` has the words.
    Column("kind", String(32), nullable=False),
    Column("facts", Text, nullable=False),
    # The task's title and the other person's name as they were then.
    Column("subject", String(500), nullable=False, server_default=""),
    Column("actor", String(64), nullable=False, server_default=""),
    Column("read", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", UtcTime, nullable=False),
    # What it tells of, so that one thing is told once.
    Column("once", String(80), nullable=False),
    UniqueConstraint("account_id", "once"),
    Index("ix_notice_account", "account_id", "id"),
    Index("ix_notice_unread", "account_id", "read"),
    sqlite_autoincrement=True,
)

# A notice that waits until it may be told in somebody's chat: quiet hours, or too many at once.
held = Table(
    "held",
    metadata,
    _goes_with("identity_id", "identity", primary_key=True),
    _goes_with("notice_id", "notice", primary_key=True, index=True),
    Column("at", UtcTime, nullable=False, index=True),
)

# When somebody gets the overview that they asked for.
digest = Table(
    "digest",
    metadata,
    _ref("account_id", "account", primary_key=True),
    # The chat in which it was asked for, without a constraint, since identities go.
    Column("identity_id", Id, nullable=False),
    # On which days, as `core.digests.Days` has them; the time on the wall and its zone, and the
    # next instant that they mean.
    Column("days", String(8), nullable=False),
    Column("wall", String(5), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("at", UtcTime, nullable=False, index=True),
)

# When a group gets the overview that somebody there asked for. It names nobody.
group_digest = Table(
    "group_digest",
    metadata,
    _ref("chat_id", "chat", primary_key=True),
    # As those of `digest`.
    Column("days", String(8), nullable=False),
    Column("wall", String(5), nullable=False),
    Column("zone", String(64), nullable=False),
    # In which language, and where in the chat: as `Address.thread`.
    Column("language", String(16), nullable=False),
    Column("thread", String(64), nullable=False),
    Column("at", UtcTime, nullable=False, index=True),
)

# How much a group is told of its tasks as it happens, where that is more than nothing; by
# `core.presets.GROUPS`.
group_preset = Table(
    "group_preset",
    metadata,
    _ref("chat_id", "chat", primary_key=True),
    Column("preset", String(8), nullable=False),
    # As those of `group_digest`.
    Column("language", String(16), nullable=False),
    Column("thread", String(64), nullable=False),
    # Up to when what came due was told; when to look again; and until when it was just told
    # something, so that what comes meanwhile is told together.
    Column("since", UtcTime, nullable=False),
    Column("at", UtcTime, nullable=False, index=True),
    Column("rests", UtcTime, nullable=False),
)

# What happened to a group's tasks that it is still to be told, the newest of each.
group_news = Table(
    "group_news",
    metadata,
    _goes_with("chat_id", "chat", primary_key=True),
    _goes_with("task_id", "task", primary_key=True, index=True),
    # As `core.group_presets.News` has it.
    Column("what", String(8), nullable=False),
)

# The messages that were handled, and what was answered, until it is delivered.
message_key = Table(
    "message_key",
    metadata,
    Column("key", String(200), primary_key=True),
    _ref("chat_id", "chat"),
    Column("received_at", UtcTime, nullable=False, index=True),
    Column("delivered_at", UtcTime),
    Column("reply", Text),
    # Where the answer goes when it has to be sent again, and which message it edits.
    Column("address", Text, nullable=False),
    Column("edits", String(128), nullable=False, server_default=""),
    # The process that sends the answer; empty once a job does.
    Column("process", String(80), nullable=False, server_default="local"),
    Index("ix_message_key_chat_id_received_at", "chat_id", "received_at"),
    Index(
        "ix_message_key_undelivered",
        "received_at",
        sqlite_where=text("delivered_at IS NULL"),
        postgresql_where=text("delivered_at IS NULL"),
    ),
)

# Genuine messages that our code could not handle, for the operator to replay.
failed_message = Table(
    "failed_message",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("reference", String(16), nullable=False, unique=True),
    Column("inbound", Text, nullable=False),
    Column("error", Text, nullable=False),
    Column("failed_at", UtcTime, nullable=False),
    Column("replayed_at", UtcTime),
)

# The newest live card of a task in a chat: the message that is edited when the task changes.
card = Table(
    "card",
    metadata,
    _ref("task_id", "task", primary_key=True),
    _ref("chat_id", "chat", primary_key=True),
    # As a platform names a message; the address with its thread, as JSON.
    Column("message", String(128), nullable=False),
    Column("address", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Index("ix_card_chat_id_message", "chat_id", "message"),
)

# Where a task is shown below a link that somebody posted, and who agreed to that; or by a message
# that somebody picked for another chat, of which their private chat alone is known.
preview = Table(
    "preview",
    metadata,
    _goes_with("task_id", "task", primary_key=True),
    _goes_with("chat_id", "chat", primary_key=True, index=True),
    # As a platform names a message.
    Column("message", String(128), primary_key=True),
    _goes_with("identity_id", "identity", index=True),
)

# What somebody said of showing their tasks below links, in the chats of one identity.
preview_habit = Table(
    "preview_habit",
    metadata,
    _goes_with("identity_id", "identity", primary_key=True),
    # As `core.habits.Rule` has it; empty where they said nothing.
    Column("rule", String(8), nullable=False, server_default=""),
    # Until when they are not asked.
    Column("until", UtcTime),
    # How often they said no.
    Column("refused", Integer, nullable=False, server_default="0"),
)

# The chats in which they are not asked, since they said that it is to be shown there.
preview_place = Table(
    "preview_place",
    metadata,
    _goes_with("identity_id", "identity", primary_key=True),
    _goes_with("chat_id", "chat", primary_key=True, index=True),
)

# The message of somebody's that a task was made of: what is edited there changes the task, and
# nobody makes one of it twice.
source = Table(
    "source",
    metadata,
    _ref("account_id", "account", primary_key=True),
    _ref("chat_id", "chat", primary_key=True, index=True),
    # As a platform names a message (`core.sources.NAME_LIMIT`); which of its lines, from 0.
    Column("message", String(128), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    # None where that is gone for good: other lines of the message keep their places.
    _ref("task_id", "task", nullable=True, index=True),
    # `typed`, `shortcut`, `reaction`: as `core.sources.Way` has them.
    Column("way", String(16), nullable=False),
    # The line's words as they were read, to see what an edit of them changes; empty in all lines
    # of a message where they are not to be kept.
    Column("text", Text, nullable=False, server_default=""),
    Column("made_at", UtcTime, nullable=False),
    # Those that are kept for a while only.
    Index("ix_source_way_made_at", "way", "made_at"),
    sqlite_with_rowid=False,  # nearly all of a row is its key, and each added task writes one
)

# What somebody wrote into a form that was not taken, for a short while.
draft = Table(
    "draft",
    metadata,
    _ref("identity_id", "identity", primary_key=True),
    # The command that the answers complete, without the revision that it was asked at.
    Column("line", String(200), primary_key=True),
    # What was answered, and who is meant by the mentions in it, as JSON.
    Column("answers", Text, nullable=False),
    Column("people", Text, nullable=False),
    Column("kept_at", UtcTime, nullable=False, index=True),
)

# What the bot asked and waits for, where there are no forms.
home = Table(
    "home",
    metadata,
    _goes_with("identity_id", "identity", primary_key=True),
    # Of their tasks; 0 where the tab shows something else.
    Column("page", Integer, nullable=False),
    # How often another version was wanted, and which of them is shown.
    Column("wanted", Integer, nullable=False),
    Column("drawn", Integer, nullable=False),
    # When it is to be drawn again; empty while it is as it should be.
    Column("due_at", UtcTime, index=True),
    Column("seen_at", UtcTime, nullable=False),
)

question = Table(
    "question",
    metadata,
    _ref("identity_id", "identity", primary_key=True),
    _ref("chat_id", "chat", primary_key=True),
    Column("line", String(200), nullable=False),
    Column("field", String(32), nullable=False),
    Column("asked_at", UtcTime, nullable=False),
)

# One offer to join two identities: a code, then a yes from both sides.
link_attempt = Table(
    "link_attempt",
    metadata,
    _id(),
    Column("public_id", String(16), nullable=False, unique=True),
    Column("code_hash", String(64), nullable=False, unique=True),
    _ref("account_id", "account", index=True),
    _ref("source_id", "identity", index=True),
    _ref("target_id", "identity", nullable=True, index=True),
    Column("state", String(12), nullable=False),
    Column("target_agreed", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    sqlite_autoincrement=True,
)

# The messages that show a link attempt, to be edited to what comes of it. They outlive the attempt.
prompt = Table(
    "prompt",
    metadata,
    Column("attempt", String(16), primary_key=True),
    _ref("chat_id", "chat", primary_key=True, index=True),
    # As a platform names a message; the address with its thread, as JSON.
    Column("message", String(128), primary_key=True),
    Column("address", Text, nullable=False),
    Column("asked_at", UtcTime, nullable=False, index=True),
)

# Somebody as an issuer knows them: the key of an account is (issuer, subject), never an e-mail.
login = Table(
    "login",
    metadata,
    _id(),
    Column("issuer", String(255), nullable=False),
    Column("subject", String(255), nullable=False),
    _ref("account_id", "account", index=True),
    # As the issuer calls them, to be shown and never compared.
    Column("name", String(128), nullable=False, server_default=""),
    Column("linked_at", UtcTime, nullable=False),
    UniqueConstraint("issuer", "subject"),
    sqlite_autoincrement=True,
)

# A sign-in on the web that an identity began in its chat (`promises.md`, Appendix A).
web_link = Table(
    "web_link",
    metadata,
    _id(),
    Column("public_id", String(16), nullable=False, unique=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    _ref("identity_id", "identity", index=True),
    Column("state", String(12), nullable=False),
    # The browser that signed in; only it may go on.
    Column("session_hash", String(64), nullable=False, server_default=""),
    # Who signed in there; the name is only shown.
    Column("issuer", String(255), nullable=False, server_default=""),
    Column("subject", String(255), nullable=False, server_default=""),
    Column("name", String(128), nullable=False, server_default=""),
    # The code that it showed, to be typed into the chat, and how often that was tried.
    Column("code_hash", String(64), nullable=False, server_default=""),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False, index=True),
    sqlite_autoincrement=True,
)

# A browser that was sent to the issuer; claimed by one DELETE when it comes back.
oidc_state = Table(
    "oidc_state",
    metadata,
    Column("state_hash", String(64), primary_key=True),
    _ref("web_link_id", "web_link", index=True),
    Column("session_hash", String(64), nullable=False),
    Column("created_at", UtcTime, nullable=False, index=True),
)

# An invitation from the operator's own app: one of its users wants a chat connected.
app_link = Table(
    "app_link",
    metadata,
    _id(),
    Column("public_id", String(16), nullable=False, unique=True),
    Column("code_hash", String(64), nullable=False, unique=True),
    Column("issuer", String(255), nullable=False),
    Column("subject", String(255), nullable=False),
    Column("name", String(128), nullable=False, server_default=""),
    Column("state", String(12), nullable=False),
    # Who redeemed it.
    _ref("identity_id", "identity", nullable=True, index=True),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False, index=True),
    sqlite_autoincrement=True,
)

# What one linking did, so that it can be taken back for a day.
link = Table(
    "link",
    metadata,
    _id(),
    Column("public_id", String(16), nullable=False, unique=True),
    # The account that was joined, and the one that was left.
    _ref("account_id", "account", index=True),
    _ref("from_id", "account", nullable=True, index=True),
    # How: `code`, `web`, `app`.
    Column("way", String(8), nullable=False),
    Column("linked_at", UtcTime, nullable=False, index=True),
    # When the tasks came along, and when all of it was taken back.
    Column("moved_at", UtcTime),
    Column("undone_at", UtcTime),
    sqlite_autoincrement=True,
)

# The rows that came along, by what they are; `number` is a task's short number before.
link_item = Table(
    "link_item",
    metadata,
    _ref("link_id", "link", primary_key=True),
    Column("kind", String(12), primary_key=True),
    Column("row_id", Id, primary_key=True),
    Column("number", Integer),
)

# A chat or a sign-in that somebody new asked to be disconnected, and when it will be.
parting = Table(
    "parting",
    metadata,
    _goes_with("identity_id", "identity", primary_key=True),
    # As of `link_item`.
    Column("kind", String(12), primary_key=True),
    Column("row_id", Id, primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False, index=True),
    # Whether somebody who was there before said that it stays.
    Column("kept", Boolean, nullable=False),
)

# Whoever an account wants no more link attempts from.
link_block = Table(
    "link_block",
    metadata,
    _ref("account_id", "account", primary_key=True),
    _ref("identity_id", "identity", primary_key=True, index=True),
)

# Lets one more person in where sign-up is by invitation.
invitation = Table(
    "invitation",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    # Who invites; empty for the operator.
    _ref("account_id", "account", nullable=True, index=True),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False, index=True),
)

# What somebody wanted before they were linked; done when they are.
wish = Table(
    "wish",
    metadata,
    _ref("identity_id", "identity", primary_key=True),
    # As `core.chat.Inbound`.
    Column("inbound", Text, nullable=False),
    Column("wished_at", UtcTime, nullable=False, index=True),
)

# What happened to accounts. Rows are only added; each names the one before it by its hash.
audit = Table(
    "audit",
    metadata,
    _id(),
    Column("at", UtcTime, nullable=False),
    Column("kind", String(24), nullable=False),
    # Of whom; empty once they are forgotten. Not part of the hash, no reference either.
    Column("account_id", Id, index=True),
    # As JSON; empty once they are forgotten. The hash covers the digest.
    Column("facts", Text),
    Column("digest", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    sqlite_autoincrement=True,
)

# The end of that chain: one row, locked by whoever adds to it.
audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("last_id", Id, nullable=False),
    Column("hash", String(64), nullable=False),
)

# That somebody was here and is forgotten: a keyed digest of who it was.
tombstone = Table(
    "tombstone",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("at", UtcTime, nullable=False),
)

# A Slack workspace or organisation that installed the app. The token is sealed (`core.vault`).
slack_install = Table(
    "slack_install",
    metadata,
    _id(),
    Column("enterprise", String(64), nullable=False, server_default=""),
    # Empty for an install over a whole organisation.
    Column("team", String(64), nullable=False, server_default=""),
    Column("app", String(64), nullable=False, server_default=""),
    Column("bot_user", String(64), nullable=False),
    Column("bot_id", String(64), nullable=False, server_default=""),
    Column("name", String(128), nullable=False, server_default=""),
    Column("token", Text, nullable=False),
    Column("scopes", Text, nullable=False, server_default=""),
    Column("installed_by", String(64), nullable=False, server_default=""),
    Column("installed_at", UtcTime, nullable=False),
    # When and why nothing may be sent there any more.
    Column("revoked_at", UtcTime),
    Column("why", String(64), nullable=False, server_default=""),
    UniqueConstraint("enterprise", "team"),
    sqlite_autoincrement=True,
)

# A browser that was sent to Slack to install; claimed by one DELETE when it comes back.
install_state = Table(
    "install_state",
    metadata,
    Column("state_hash", String(64), primary_key=True),
    Column("session_hash", String(64), nullable=False),
    Column("created_at", UtcTime, nullable=False, index=True),
)

# What Polar sells, as it said last. Ids are Polar's own, as text.
product = Table(
    "product",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(128), nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    # `day`, `week`, `month`, `year`; empty for what is paid once.
    Column("interval", String(8), nullable=False, server_default=""),
    Column("interval_count", Integer, nullable=False, server_default="1"),
    # As `core.billing_facts.Price`s, JSON.
    Column("prices", Text, nullable=False, server_default="[]"),
    Column("trial_interval", String(8), nullable=False, server_default=""),
    Column("trial_count", Integer, nullable=False, server_default="0"),
    Column("archived", Boolean, nullable=False),
    Column("modified_at", UtcTime),
)

# The newest snapshot of each subscription, and whose it is. Times are Polar's.
subscription = Table(
    "subscription",
    metadata,
    _id(),
    Column("polar_id", String(64), nullable=False, unique=True),
    # Whose it is: by our checkout, the external id that we gave, or the operator's word. Empty:
    # somebody paid, and nobody knows who.
    _ref("account_id", "account", nullable=True, index=True),
    # Who started it here, to be told of it; empty where it began elsewhere. Without a constraint,
    # since identities go.
    Column("identity_id", Id),
    # Until when it gives its plan if nothing more is heard of it; empty where it gives nothing.
    Column("gives_until", UtcTime),
    # Whether it gave its plan when it was last looked at: what changes that is told once.
    Column("live", Boolean, nullable=False),
    # The end of the trial that was told of.
    Column("trial_told", UtcTime),
    # When we heard of it first, and last.
    Column("seen_at", UtcTime, nullable=False),
    Column("heard_at", UtcTime, nullable=False),
    Column("customer_id", String(64), nullable=False, index=True),
    # The customer's external id: an account's public id, if it is one of ours.
    Column("external_id", String(128), nullable=False, server_default=""),
    Column("product_id", String(64), nullable=False),
    Column("status", String(24), nullable=False),
    # In the currency's smallest unit; empty where Polar does not say.
    Column("amount", BigInteger),
    Column("currency", String(3), nullable=False, server_default=""),
    Column("interval", String(8), nullable=False, server_default=""),
    Column("interval_count", Integer, nullable=False, server_default="1"),
    Column("period_start", UtcTime),
    Column("period_end", UtcTime),
    Column("trial_start", UtcTime),
    Column("trial_end", UtcTime),
    Column("cancel_at_period_end", Boolean, nullable=False),
    Column("canceled_at", UtcTime),
    Column("started_at", UtcTime),
    Column("ends_at", UtcTime),
    Column("ended_at", UtcTime),
    Column("past_due_at", UtcTime),
    # A change of plan that comes with the next period.
    Column("pending_product_id", String(64), nullable=False, server_default=""),
    Column("pending_at", UtcTime),
    Column("checkout_id", String(64), nullable=False, server_default=""),
    Column("created_at", UtcTime, nullable=False),
    # What this snapshot is of: a newer one replaces it, an older one does not.
    Column("modified_at", UtcTime, nullable=False),
    Index(
        "ix_subscription_trial",
        "trial_end",
        sqlite_where=ON_TRIAL,
        postgresql_where=ON_TRIAL,
    ),
    sqlite_autoincrement=True,
)

# The checkouts that we asked for: whoever pays there is this account. The link itself is not kept.
checkout = Table(
    "checkout",
    metadata,
    Column("id", String(64), primary_key=True),
    _ref("account_id", "account", index=True),
    # Who asked, without a constraint, since identities go.
    Column("identity_id", Id, nullable=False),
    Column("product_id", String(64), nullable=False),
    Column("status", String(12), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False, index=True),
)

# What Polar's webhooks said. The body goes after a week, the id after 90 days: it may come again.
hook = Table(
    "hook",
    metadata,
    Column("source", String(16), primary_key=True),
    Column("id", String(128), primary_key=True),
    Column("type", String(64), nullable=False),
    # `applied`, `stale`, `ignored`, `unknown` (a type we do not know), `malformed`, `failed` (our
    # code broke), `nobody` (of a customer that nobody knows).
    Column("outcome", String(12), nullable=False),
    # Why, for the operator, where it is not applied.
    Column("why", String(200), nullable=False, server_default=""),
    Column("body", Text),
    Column("received_at", UtcTime, nullable=False, index=True),
    Index(
        "ix_hook_open",
        "received_at",
        sqlite_where=HOOK_WAITS,
        postgresql_where=HOOK_WAITS,
    ),
)

# One step of billing that waits for Polar: what a person asked for, until it is done.
billing_step = Table(
    "billing_step",
    metadata,
    _id(),
    Column("public_id", String(16), nullable=False, unique=True),
    _ref("account_id", "account", index=True),
    # Who asked, without a constraint, since identities go.
    Column("identity_id", Id, nullable=False),
    # `checkout`, `portal`, `change`, `cancel`, `resume`, `keep`, `refresh`.
    Column("kind", String(12), nullable=False),
    Column("facts", Text, nullable=False),
    # The message that says "one moment", to be edited; empty until it is known.
    Column("message", String(128), nullable=False, server_default=""),
    Column("address", Text, nullable=False, server_default=""),
    # `open`, `shown` (a page is open), `done`, `away` (Polar could not be reached), or why Polar
    # refused, in the words of `core.errors.BillingRefused`.
    Column("state", String(16), nullable=False),
    Column("asked_at", UtcTime, nullable=False, index=True),
    sqlite_autoincrement=True,
)

# What the sweep over Polar's subscriptions found last: one row.
reconciliation = Table(
    "reconciliation",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    # Who sweeps now, until when: one process of several.
    Column("process", String(80), nullable=False, server_default=""),
    Column("claimed_until", UtcTime),
    Column("ended_at", UtcTime),
    # When it has to be done again, at the latest.
    Column("due_at", UtcTime, nullable=False),
    # How many subscriptions it ever repaired: that is, what no webhook said.
    Column("repaired", Integer, nullable=False, server_default="0"),
)

# Whether people are asked to wait, and since when: one row.
upkeep = Table(
    "upkeep",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    # Empty where they are not.
    Column("since", UtcTime),
)

# What an operator tells everybody, from the question whether to until all are told.
broadcast = Table(
    "broadcast",
    metadata,
    _id(),
    Column("text", Text, nullable=False),
    Column("asked_at", UtcTime, nullable=False, index=True),
    Column("begun_at", UtcTime),
    Column("ended_at", UtcTime),
    # The last account that was told, for whoever goes on.
    Column("last_id", Id, nullable=False, server_default="0"),
    # How many people there were when it began, to how many it went, in how many chats.
    Column("people", Integer, nullable=False, server_default="0"),
    Column("told", Integer, nullable=False, server_default="0"),
    Column("chats", Integer, nullable=False, server_default="0"),
    sqlite_autoincrement=True,
)

# Limits: how much of an allowance was used since when.
rate = Table(
    "rate",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("key", String(80), primary_key=True),
    Column("used", Integer, nullable=False),
    Column("since", UtcTime, nullable=False),
)

# The processes that share this database. One that does not renew its row is taken for dead, and
# its jobs and answers are taken over. By the database's clock; empty on SQLite.
lease = Table(
    "lease",
    metadata,
    Column("process", String(80), primary_key=True),
    Column("expires_at", UtcTime, nullable=False),
)

# What may be sent when, over all processes: a row for each bot token and each chat. Seconds since
# 1970 by the database's clock; empty on SQLite, where one process paces itself.
pace = Table(
    "pace",
    metadata,
    Column("key", String(200), primary_key=True),
    # The theoretical arrival time of GCRA: when everything taken so far is paid back.
    Column("due", Double, nullable=False),
    # The platform said 429: nothing before this.
    Column("held", Double, nullable=False, server_default="0"),
)

search_tables.follow(metadata)
