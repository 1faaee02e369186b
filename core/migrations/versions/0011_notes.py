"""Notes and search. What makes the search is written out here as it was then, since what was done
does not change with `core/search_tables.py`: another search is another step."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_READ = (
    "DELETE FROM task_words WHERE rowid IN (SELECT task_id FROM task_words_late)",
    """INSERT INTO task_words (rowid, title, description, category, notes, who)
    SELECT id, title, description, category || ' ' || labels,
        (SELECT group_concat(text, ' ') FROM note WHERE note.task_id = task.id),
        'a' || owner_id || coalesce(' a' || assignee_id, '')
    FROM task WHERE id IN (SELECT task_id FROM task_words_late)""",
    "DELETE FROM task_words_late",
)
SQLITE = (
    """CREATE VIRTUAL TABLE task_words USING
    fts5(title, description, category, notes, who, columnsize = 0,
    tokenize = 'unicode61 remove_diacritics 2')""",
    "CREATE TABLE task_words_late (task_id INTEGER PRIMARY KEY)",
    """CREATE TRIGGER task_words_many AFTER INSERT ON task_words_late
    WHEN (SELECT count(*) FROM task_words_late) >= 64 BEGIN READ; END""".replace(
        "READ", "; ".join(_READ)
    ),
    """CREATE TRIGGER task_words_added AFTER INSERT ON task
    BEGIN INSERT INTO task_words_late VALUES (new.id) ON CONFLICT DO NOTHING; END""",
    """CREATE TRIGGER task_words_changed AFTER UPDATE ON task
    WHEN old.title IS NOT new.title OR old.description IS NOT new.description
        OR old.category IS NOT new.category OR old.labels IS NOT new.labels
        OR old.owner_id IS NOT new.owner_id OR old.assignee_id IS NOT new.assignee_id
    BEGIN INSERT INTO task_words_late VALUES (new.id) ON CONFLICT DO NOTHING; END""",
    """CREATE TRIGGER task_words_gone AFTER DELETE ON task BEGIN
    DELETE FROM task_words WHERE rowid = old.id;
    DELETE FROM task_words_late WHERE task_id = old.id; END""",
    """CREATE TRIGGER task_words_noted AFTER INSERT ON note
    BEGIN INSERT INTO task_words_late VALUES (new.task_id) ON CONFLICT DO NOTHING; END""",
    """CREATE TRIGGER task_words_renoted AFTER UPDATE OF text ON note
    BEGIN INSERT INTO task_words_late VALUES (new.task_id) ON CONFLICT DO NOTHING; END""",
    """CREATE TRIGGER task_words_unnoted AFTER DELETE ON note
    BEGIN INSERT INTO task_words_late VALUES (old.task_id) ON CONFLICT DO NOTHING; END""",
    "INSERT INTO task_words_late SELECT id FROM task",
    *_READ,
)
_FILL = r"""INSERT INTO task_words (task_id, words)
    SELECT t.id, strip(to_tsvector('simple', left(regexp_replace(regexp_replace(normalize(
        concat_ws(' ', t.title, t.description, t.category, t.labels,
            (SELECT string_agg(n.text, ' ') FROM note n WHERE n.task_id = t.id)),
        NFKD), U&'[\0300-\036F]', '', 'g'), '[!-/:-@[-`{-~]', ' ', 'g'), 200000)))
    || array_to_tsvector(array_remove(ARRAY['@' || t.owner_id, '@' || t.assignee_id], NULL))
    FROM task t WHERE t.id = WHICH ON CONFLICT (task_id) DO UPDATE SET words = excluded.words"""
_FUNCTION = f"""CREATE OR REPLACE FUNCTION NAME() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN {_FILL}; RETURN NULL; END $$"""
POSTGRES = (
    """CREATE TABLE task_words (
    task_id bigint PRIMARY KEY REFERENCES task (id) ON DELETE CASCADE, words tsvector NOT NULL)""",
    "CREATE INDEX ix_task_words ON task_words USING gin (words)",
    _FUNCTION.replace("NAME", "task_words_of_task").replace("WHICH", "new.id"),
    _FUNCTION.replace("NAME", "task_words_of_note").replace(
        "WHICH", "coalesce(new.task_id, old.task_id)"
    ),
    """CREATE TRIGGER task_words_added AFTER INSERT ON task FOR EACH ROW
    EXECUTE FUNCTION task_words_of_task()""",
    """CREATE TRIGGER task_words_changed AFTER UPDATE ON task FOR EACH ROW
    WHEN (old.title IS DISTINCT FROM new.title
        OR old.description IS DISTINCT FROM new.description
        OR old.category IS DISTINCT FROM new.category
        OR old.labels IS DISTINCT FROM new.labels
        OR old.owner_id IS DISTINCT FROM new.owner_id
        OR old.assignee_id IS DISTINCT FROM new.assignee_id)
    EXECUTE FUNCTION task_words_of_task()""",
    """CREATE TRIGGER task_words_noted AFTER INSERT OR UPDATE OR DELETE ON note FOR EACH ROW
    EXECUTE FUNCTION task_words_of_note()""",
    _FILL.replace("WHICH", "t.id"),
)
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("task", sa.Column("notes", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "note",
        sa.Column("id", ID, nullable=False),
        sa.Column("task_id", ID, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("account_id", ID, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_note_account_id"),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_note_task_id"),
        sa.PrimaryKeyConstraint("id", name="pk_note"),
        sa.UniqueConstraint("task_id", "place", name="uq_note_task_id_place"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_note_account_id", "note", ["account_id"])
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for each in SQLITE if on_sqlite else POSTGRES:
        op.get_bind().exec_driver_sql(each)
