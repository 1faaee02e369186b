"""The promises, a line each: the failures (F) that are met, and the bars (B) that prove it."""

from __future__ import annotations

PROMISED = {
    "F1": "killed at any moment: nothing acknowledged is lost, nothing is done twice",
    "F2": "killed between a message and the word that it is sent: one more copy at the most",
    "F3": "killed between the commit and the acknowledgement: what comes again is known",
    "F4": "killed while the database is brought up to date: the old or the new, nothing between",
    "F5": "SQLite's file is held by somebody else: nothing lost, no 5xx but 503",
    "F6": "the disk is full: nothing half done, and on it goes by itself",
    "F7": "the database is damaged: it is noticed, and a backup restores it",
    "F8": "PostgreSQL goes away and comes back: nothing lost or doubled, back within 5 s",
    "F9": "deadlocks are noticed by nobody",
    "F10": "clocks that jump: no reminder lost or told twice",
    "F11": "what comes twice has one effect, and an answer",
    "F12": "what comes out of order ends as it should",
    "F13": "a 429 is waited out, in order, and holds up nobody else",
    "F14": "5xx, resets, no answer: told at least once, one more copy for each unheard answer",
    "F15": "a platform that swallows calls holds up nobody else",
    "F16": "a refused token ends the calls, and is told",
    "F17": "a chat that is gone is left alone until it is back",
    "F18": "a group that moves is followed, and told nothing twice",
    "F19": "a slow handler does not make Slack wait",
    "F20": "a stop that is asked for loses and repeats nothing",
    "F21": "a message that breaks the code is set aside, and the rest goes on",
    "F22": "a backlog costs little memory, and newcomers are served soon",
    "F23": "time zones: each reminder is told once, whatever the clocks do",
    "F24": "Polar is away: plans hold, and are right soon after",
    "F25": "the issuer is away, or changes its keys: chats go on",
    "F26": "two copies by mistake: refused on SQLite, fine on PostgreSQL",
    "F27": "a database of a newer version is refused in words",
    "F28": "nothing grows over weeks",
    "F29": "an outage longer than a platform keeps what was said: buttons can be pressed again",
    "F30": "a press that overtakes, or comes to an old card, ends the same",
    "B1": "10,000 events of Polar, a third of them twice, late or forged: every plan is right",
    "B2": "200 kills under load of 20 a second from both platforms and Polar: 0 lost, 0 doubled,"
    " ready within 4 s",
    "B3": "death at every point on either side of each commit, call, answer and job",
    "B10": "100,000 texts, wherever a reply can say them, on both platforms: inert, within limits",
    "B4": "mutated bodies: no answer of 500, no memory that grows",
    "B5": "bombs, and 700 who never finish what they say: refused, and others served in 50 ms",
    "B12": "10,000 messages over a platform that limits, fails, stalls and resets: all arrive",
    "B13": "100 of 1,000 chats never answer: the others' p95 within 2 s",
    "B14": "100,000 waiting: 250 MB at the most, and somebody new is answered within 1 s",
    "B15": "acknowledged in time though the handlers or the database are slow",
    "B16": "crashes, outages, cut connections of the database: as B2, back within 5 s",
    "B17": "the disk full and freed ten times: nothing half done, back within 5 s",
    "B18": "100 flipped bytes are never wrong data; a backup is restored within 60 s",
    "B19": "clocks that jump, every change of clocks in two years, leap days: 0 missed, 0 twice",
    "B20": "100 stops under load: exit code 0 within 10 s, nothing lost or repeated",
    "B21": "1 % of 10,000 messages break the code: the others are done in order, and these later",
    "B23": "the whole service on one seed's clock, network and chance: the seeds hold",
    "B29": "50 kills while 100,000 tasks are brought up to date: the old or the new; and what was"
    " saved before is restored",
    "B30": "a day without a webhook of Polar for 1,000 accounts: all right soon after",
    "B22": "two hours at twelve times the daily peak: memory, descriptors and tasks stay flat; and"
    " so do rows, caches and objects over thirty simulated days",
    "B24": "nothing known to be unsafe, every dependency pinned, twenty of them at the most",
    "B25": "nine of ten changes of the code that guards are noticed by a test",
    "scale": "on several machines: one pace, clean takeover, rolling restart",
    "lines": "latency, resets, black holes, half-closed and slow lines to everything: as B2",
}

NOT_HERE = {
    "B25": "holds: 98 % of 1,751 changes are noticed, in each of the 22 modules more than nine of"
    " ten, by the runs behind `docs/mutants.md`; each of the others has its reason there",
}
"""Why no test of `make faults` says anything about it."""

SMALLER = {
    "B2": "1,000 kills: `make soak`; what came of them is in `docs/soak.md`",
    "B22": "a minute on each database, and eleven simulated days, in which nothing that is kept for"
    " thirty can be seen to go; two hours, on both databases, and 36 days: `make soak`, and what"
    " came of them is in `docs/soak.md`",
    "B14": "100,000 messages wait and 20,000 inputs; as many inputs: `make soak`. On"
    " Telegram somebody new goes before all who had an answer, not before those who have none yet",
    "B23": "1,000 seeds; 10,000: `make soak`, and what came of them is in `docs/soak.md`",
    "B24": "how many there are, that each is used, and the locks' hashes; what is known to be"
    " unsafe, the types, the materials and the secrets of history: `make lint`, `make types` and"
    " `make supply`, which `.ci/run` runs",
}
"""What is not shown here at its whole size, or not on both databases, though it is shown."""
