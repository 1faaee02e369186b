"""The words of tasks, where a search finds them: a table that the database itself keeps up to date.

It is no table of `core/schema.py`, since the two databases have nothing in common here: FTS5 on
SQLite, a `tsvector` on PostgreSQL. Triggers fill it, so that whatever writes a task or a note need
not know of it, and a copy of the tables makes it anew. `who` are those whom the task concerns: a
search reads the words of nobody else's tasks, however many there are."""

from __future__ import annotations

from sqlalchemy import Connection, MetaData, event

NAME = "task_words"
LATE = "task_words_late"
"""Tasks whose words are not up to date: on SQLite."""
FORGET_WORDS = "INSERT INTO task_words (task_words) VALUES ('optimize')"
"""Lets go of the words of what was deleted: until then FTS5 only notes that they do not count."""

_CHANGED = (
    "old.title IS NOT new.title OR old.description IS NOT new.description"
    " OR old.category IS NOT new.category OR old.labels IS NOT new.labels"
    " OR old.owner_id IS NOT new.owner_id OR old.assignee_id IS NOT new.assignee_id"
)
# Reading the words of a task costs SQLite half as much as all else of adding it, and nearly nothing
# more where it is for many at once: for each message FTS5 would write a part of its index. So
# which tasks are to be read is noted, and they are when somebody searches, or when they are many.
READ_LATE = (
    "DELETE FROM task_words WHERE rowid IN (SELECT task_id FROM task_words_late)",
    """INSERT INTO task_words (rowid, title, description, category, notes, who)
    SELECT id, title, description, category || ' ' || labels,
        (SELECT group_concat(text, ' ') FROM note WHERE note.task_id = task.id),
        'a' || owner_id || coalesce(' a' || assignee_id, '')
    FROM task WHERE id IN (SELECT task_id FROM task_words_late)""",
    "DELETE FROM task_words_late",
)
"""Brings the words up to date on SQLite, before anybody looks for one."""
MANY = 64
"""Tasks to be read: whoever notes the last of them waits for some hundred microseconds."""
_NOTE_LATE = "INSERT INTO task_words_late VALUES (WHICH) ON CONFLICT DO NOTHING"
_LATE_TASK = _NOTE_LATE.replace("WHICH", "new.id")
_LATE_NOTE = _NOTE_LATE.replace("WHICH", "new.task_id")
# Words and their beginnings, whatever their case and accents.
_SQLITE = (
    """CREATE VIRTUAL TABLE task_words USING
    fts5(title, description, category, notes, who, columnsize = 0,
    tokenize = 'unicode61 remove_diacritics 2')""",
    "CREATE TABLE task_words_late (task_id INTEGER PRIMARY KEY)",
    """CREATE TRIGGER task_words_many AFTER INSERT ON task_words_late
    WHEN (SELECT count(*) FROM task_words_late) >= MANY BEGIN READ_LATE; END""".replace(
        "MANY", str(MANY)
    ).replace("READ_LATE", "; ".join(READ_LATE)),
    f"CREATE TRIGGER task_words_added AFTER INSERT ON task BEGIN {_LATE_TASK}; END",
    f"""CREATE TRIGGER task_words_changed AFTER UPDATE ON task WHEN {_CHANGED}
    BEGIN {_LATE_TASK}; END""",
    """CREATE TRIGGER task_words_gone AFTER DELETE ON task BEGIN
    DELETE FROM task_words WHERE rowid = old.id;
    DELETE FROM task_words_late WHERE task_id = old.id; END""",
    f"CREATE TRIGGER task_words_noted AFTER INSERT ON note BEGIN {_LATE_NOTE}; END",
    f"CREATE TRIGGER task_words_renoted AFTER UPDATE OF text ON note BEGIN {_LATE_NOTE}; END",
    f"""CREATE TRIGGER task_words_unnoted AFTER DELETE ON note
    BEGIN {_NOTE_LATE.replace("WHICH", "old.task_id")}; END""",
    "INSERT INTO task_words_late SELECT id FROM task",
    *READ_LATE,
)
# The parser would take `milk.and` for a host and `3-4` for a number below zero; accents are signs
# of their own in this form, so that they can go. A row with more than a megabyte of words would be
# refused, so the rest is not read. Whose it is is a word that nobody can write.
_FILL = r"""INSERT INTO task_words (task_id, words)
    SELECT t.id, strip(to_tsvector('simple', left(regexp_replace(regexp_replace(normalize(
        concat_ws(' ', t.title, t.description, t.category, t.labels,
            (SELECT string_agg(n.text, ' ') FROM note n WHERE n.task_id = t.id)),
        NFKD), U&'[\0300-\036F]', '', 'g'), '[!-/:-@[-`{-~]', ' ', 'g'), 200000)))
    || array_to_tsvector(array_remove(ARRAY['@' || t.owner_id, '@' || t.assignee_id], NULL))
    FROM task t WHERE t.id = WHICH ON CONFLICT (task_id) DO UPDATE SET words = excluded.words"""
_FUNCTION = f"""CREATE OR REPLACE FUNCTION NAME() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN {_FILL}; RETURN NULL; END $$"""
_OF_TASK = _FUNCTION.replace("NAME", "task_words_of_task").replace("WHICH", "new.id")
_OF_NOTE = _FUNCTION.replace("NAME", "task_words_of_note")
_POSTGRES = (
    """CREATE TABLE task_words (
    task_id bigint PRIMARY KEY REFERENCES task (id) ON DELETE CASCADE, words tsvector NOT NULL)""",
    "CREATE INDEX ix_task_words ON task_words USING gin (words)",
    _OF_TASK,
    _OF_NOTE.replace("WHICH", "coalesce(new.task_id, old.task_id)"),
    """CREATE TRIGGER task_words_added AFTER INSERT ON task FOR EACH ROW
    EXECUTE FUNCTION task_words_of_task()""",
    """CREATE TRIGGER task_words_changed AFTER UPDATE ON task FOR EACH ROW
    WHEN (CHANGED) EXECUTE FUNCTION task_words_of_task()""".replace(
        "CHANGED", _CHANGED.replace("IS NOT", "IS DISTINCT FROM")
    ),
    """CREATE TRIGGER task_words_noted AFTER INSERT OR UPDATE OR DELETE ON note FOR EACH ROW
    EXECUTE FUNCTION task_words_of_note()""",
    _FILL.replace("WHICH", "t.id"),
)


def create(connection: Connection) -> None:
    """Make the table, with what keeps it, and fill it from the tasks that are there."""
    for each in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRES:
        connection.exec_driver_sql(each)


def drop(connection: Connection) -> None:
    """Drop the table; what fills it on SQLite goes with the tables that it watches."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DROP TABLE IF EXISTS task_words")
        connection.exec_driver_sql("DROP TABLE IF EXISTS task_words_late")
        return
    for name in ("task_words_of_task", "task_words_of_note"):
        connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {name} CASCADE")
    connection.exec_driver_sql("DROP TABLE IF EXISTS task_words")


def follow(metadata: MetaData) -> None:
    """Make and drop it with the others."""

    @event.listens_for(metadata, "after_create")
    def made(_metadata: MetaData, connection: Connection, **_: object) -> None:
        create(connection)

    @event.listens_for(metadata, "before_drop")
    def dropped(_metadata: MetaData, connection: Connection, **_: object) -> None:
        drop(connection)
