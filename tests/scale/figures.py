"""The figures that docs/scale.md is made of. Change one here, and run `python -m tests.scale`."""

from __future__ import annotations

from bot.roles import Role
from bot.sharing import connections

# What people do. Nobody has measured that of this bot: these are assumptions, on the busy side.
ACTIVE = 0.10
"""Of all people, who write on a day."""
MESSAGES = 8.0
"""And how much each of them writes or presses."""
PEAK = 2.5
"""The busiest hour over the mean of the day: a tenth of the day's messages."""
ON_TELEGRAM = 0.7
"""The others are on Slack."""
REMINDERS = 0.8
"""Told to each of those who are active, a day."""
DIGESTS = 0.05
"""Of all people, who have a digest a day ..."""
AT_ONE_MINUTE = 0.30
"""... and of these, who have it in the same minute: 8:30 in the zone where most live."""
TASKS_KEPT = 60
"""Of a person who has been here for long: open and done. They are deleted by their owners only."""
WORKSPACE = 200
"""People of a workspace of Slack who use the bot."""

# What platforms allow.
TELEGRAM = 30.0
"""Messages a second of one bot: https://core.telegram.org/bots/faq."""
SHARE = 0.95
"""Of it that is configured (`adapters.pace_table.SHARE`), as `tests/machines` measures it: 28 a
second and under 1 % of 429s, with three machines."""
CHANNEL = 1.0
"""Messages a second to one channel of Slack: https://docs.slack.dev/apis/web-api/rate-limits."""
EVENTS = 30_000 / 3600
"""Of a workspace a second: https://docs.slack.dev/apis/events-api."""
PAID_BROADCAST = 1000.0
"""Messages a second of a bot that pays 0.1 Star for each above 30."""

# What was measured: on two cores, which the load, the database and the stand-ins shared.
JOBS = 125.0
"""A second of one worker (`engine.jobs_per_second` of tests/bench/bench.json)."""
HANDLED = 200.0
"""Messages a second of one web process on PostgreSQL, on the careful side: its core spends 4 ms on
each, on a machine that others use (`tests.scale.measure`)."""
PERSON = 4_600.0
"""Bytes, with indexes: the account, its chat and identity, its digest (`tests.scale.measure`)."""
TASK = 3_000.0
"""Bytes of a task: its rows for those it concerns, its cards, history, reminders, notices."""
MESSAGE = 1_000.0
"""Bytes of a message's key, kept 30 days; 730 where the room of its answer is used again sooner."""
JOB = 720.0
"""Bytes of a job that is done, kept 7 days."""
JOBS_PER_MESSAGE = 0.35
ROWS_PER_MESSAGE = 10.0
"""Inserted, changed or deleted for a message, with the jobs that come of it."""
LOG_PER_MESSAGE = 5_400.0
"""Bytes of PostgreSQL's log for the same."""

# What is planned with.
FULL = 0.7
"""Of any limit that is used at the peak: below it queues stay short, above it they do not."""
KEYS_FOR, JOBS_FOR = 30, 7
"""Days that keys of messages and finished jobs are kept."""
DATABASE_CONNECTIONS = 400
"""Of one PostgreSQL, without a pooler."""
DATABASE_ROWS = 20_000.0
"""Written a second by one PostgreSQL on fast disks, on the careful side."""
DATABASE_BYTES = 2e12
"""That one server is trusted with, so that it is backed up and restored within hours."""
SPARE = 1
"""Processes of each role beyond those that are needed: one may be lost, or started again."""

WEB_CONNECTIONS, WORKER_CONNECTIONS = connections(Role.WEB), connections(Role.WORKER)
