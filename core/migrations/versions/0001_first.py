"""The first schema."""
# long: it is a list of tables

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("timezone", sa.String(length=64), server_default="", nullable=False),
        sa.Column("language", sa.String(length=16), server_default="", nullable=False),
        sa.Column("next_number", sa.Integer(), server_default="1", nullable=False),
        sa.Column("open_tasks", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("joined_at", TIME),
        sa.Column("merged_into", ID),
        sa.ForeignKeyConstraint(["merged_into"], ["account.id"], name="fk_account_merged_into"),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("public_id", name="uq_account_public_id"),
    )
    op.create_table(
        "chat",
        sa.Column("id", ID, nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("chat", sa.String(length=64), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("title", sa.String(length=128), server_default="", nullable=False),
        sa.Column("out_seq", sa.Integer(), server_default="0", nullable=False),
        sa.Column("gone", sa.String(length=200), server_default="", nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_chat"),
        sa.UniqueConstraint("platform", "scope", "chat", name="uq_chat_platform_scope_chat"),
    )
    op.create_table(
        "failed_message",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("inbound", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("failed_at", TIME, nullable=False),
        sa.Column("replayed_at", TIME),
        sa.PrimaryKeyConstraint("key", name="pk_failed_message"),
        sa.UniqueConstraint("reference", name="uq_failed_message_reference"),
    )
    op.create_table(
        "rate",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.PrimaryKeyConstraint("name", "key", name="pk_rate"),
    )
    op.create_table(
        "change",
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("undone_at", TIME),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_change_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_change"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_change_account", "change", ["account_id", "id"])
    op.create_table(
        "identity",
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("chat_id", ID, nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("handle", sa.String(length=64), server_default="", nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("notify", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("linked_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_identity_account_id"),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"], name="fk_identity_chat_id"),
        sa.PrimaryKeyConstraint("id", name="pk_identity"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_identity_account_id", "identity", ["account_id"])
    op.create_index("ix_identity_chat_id", "identity", ["chat_id"])
    op.create_index("ix_identity_handle", "identity", ["platform", "scope", "handle"])
    op.create_index(
        "uq_identity_user",
        "identity",
        ["platform", "scope", "user_id"],
        unique=True,
        sqlite_where=sa.text("user_id <> ''"),
        postgresql_where=sa.text("user_id <> ''"),
    )
    op.create_table(
        "message_key",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("chat_id", ID, nullable=False),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("delivered_at", TIME),
        sa.Column("reply", sa.Text()),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("edits", sa.String(length=128), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"], name="fk_message_key_chat_id"),
        sa.PrimaryKeyConstraint("key", name="pk_message_key"),
    )
    op.create_index("ix_message_key_chat_id", "message_key", ["chat_id"])
    op.create_index("ix_message_key_received_at", "message_key", ["received_at"])
    op.create_index(
        "ix_message_key_undelivered",
        "message_key",
        ["received_at"],
        sqlite_where=sa.text("delivered_at IS NULL"),
        postgresql_where=sa.text("delivered_at IS NULL"),
    )
    op.create_table(
        "task",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.String(length=8), nullable=False),
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("assignee_id", ID),
        sa.Column("chat_id", ID, nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("priority", sa.String(length=8), nullable=False),
        sa.Column("category", sa.String(length=40), server_default="", nullable=False),
        sa.Column("due_on", sa.String(length=10), server_default="", nullable=False),
        sa.Column("due_time", sa.String(length=5), server_default="", nullable=False),
        sa.Column("due_zone", sa.String(length=64), server_default="", nullable=False),
        sa.Column("due_at", TIME),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("completed_at", TIME),
        sa.Column("completed_by", ID),
        sa.Column("completions", sa.Integer(), server_default="0", nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("deleted_at", TIME),
        sa.ForeignKeyConstraint(["assignee_id"], ["account.id"], name="fk_task_assignee_id"),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"], name="fk_task_chat_id"),
        sa.ForeignKeyConstraint(["completed_by"], ["account.id"], name="fk_task_completed_by"),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name="fk_task_owner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_task"),
        sa.UniqueConstraint("public_id", name="uq_task_public_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_task_assignee_id", "task", ["assignee_id"])
    op.create_index("ix_task_chat_id", "task", ["chat_id"])
    op.create_index(
        "ix_task_deleted",
        "task",
        ["deleted_at"],
        sqlite_where=sa.text("deleted_at IS NOT NULL"),
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )
    op.create_index("ix_task_owner_id", "task", ["owner_id"])
    op.create_table(
        "card",
        sa.Column("task_id", ID, nullable=False),
        sa.Column("chat_id", ID, nullable=False),
        sa.Column("message", sa.String(length=128), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"], name="fk_card_chat_id"),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_card_task_id"),
        sa.PrimaryKeyConstraint("task_id", "chat_id", name="pk_card"),
    )
    op.create_index("ix_card_chat_id", "card", ["chat_id"])
    op.create_table(
        "change_task",
        sa.Column("change_id", ID, nullable=False),
        sa.Column("task_id", ID, nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name="fk_change_task_change_id"),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_change_task_task_id"),
        sa.PrimaryKeyConstraint("change_id", "task_id", name="pk_change_task"),
    )
    op.create_index("ix_change_task_task_id", "change_task", ["task_id"])
    op.create_table(
        "concern",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("task_id", ID, nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_concern_account_id"),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_concern_task_id"),
        sa.PrimaryKeyConstraint("account_id", "number", name="pk_concern"),
        sa.UniqueConstraint("account_id", "task_id", name="uq_concern_account_id_task_id"),
    )
    op.create_index("ix_concern_open", "concern", ["account_id", "open", "task_id"])
    op.create_index("ix_concern_task", "concern", ["task_id"])
    op.create_table(
        "link_attempt",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("source_id", ID, nullable=False),
        sa.Column("target_id", ID),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("source_agreed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("target_agreed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_link_attempt_account_id"),
        sa.ForeignKeyConstraint(["source_id"], ["identity.id"], name="fk_link_attempt_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["identity.id"], name="fk_link_attempt_target_id"),
        sa.PrimaryKeyConstraint("id", name="pk_link_attempt"),
        sa.UniqueConstraint("code_hash", name="uq_link_attempt_code_hash"),
        sa.UniqueConstraint("public_id", name="uq_link_attempt_public_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_link_attempt_account_id", "link_attempt", ["account_id"])
    op.create_index("ix_link_attempt_source_id", "link_attempt", ["source_id"])
    op.create_index("ix_link_attempt_target_id", "link_attempt", ["target_id"])
    op.create_table(
        "notice",
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("task_id", ID),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("subject", sa.String(length=500), server_default="", nullable=False),
        sa.Column("actor", sa.String(length=64), server_default="", nullable=False),
        sa.Column("read", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("once", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_notice_account_id"),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_notice_task_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
        sa.UniqueConstraint("account_id", "once", name="uq_notice_account_id_once"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notice_account", "notice", ["account_id", "id"])
    op.create_index("ix_notice_task_id", "notice", ["task_id"])
    op.create_index("ix_notice_unread", "notice", ["account_id", "read"])
    op.create_table(
        "question",
        sa.Column("identity_id", ID, nullable=False),
        sa.Column("chat_id", ID, nullable=False),
        sa.Column("line", sa.String(length=200), nullable=False),
        sa.Column("field", sa.String(length=32), nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"], name="fk_question_chat_id"),
        sa.ForeignKeyConstraint(["identity_id"], ["identity.id"], name="fk_question_identity_id"),
        sa.PrimaryKeyConstraint("identity_id", "chat_id", name="pk_question"),
    )
