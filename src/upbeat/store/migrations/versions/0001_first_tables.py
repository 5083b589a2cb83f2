"""The first tables."""

import sqlalchemy as sa
from alembic import op

from upbeat.store.moments import Moment

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Bring the schema from nothing to 0001."""
    op.create_table(
        "audits",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by", sa.String(length=128), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("finished_at", Moment(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("audits_by_end", "audits", ["finished_at"], unique=False)
    op.create_table(
        "background",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("by", sa.String(length=128), nullable=False),
        sa.Column("began_at", Moment(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("failed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "batches",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("workflow", sa.String(length=80), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("batches_open", "batches", ["open"], unique=False)
    op.create_table(
        "capture_ahead",
        sa.Column("key", sa.String(length=18), nullable=False),
        sa.Column("began", Moment(), nullable=False),
        sa.Column("series", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("capture_ahead_by_began", "capture_ahead", ["began"], unique=False)
    op.create_index("capture_ahead_by_series", "capture_ahead", ["series"], unique=False)
    op.create_table(
        "capture_sources",
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("took_at", Moment(), nullable=True),
        sa.Column("away", sa.Text(), nullable=False),
        sa.Column("away_since", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("source"),
    )
    op.create_table(
        "console_people",
        sa.Column("username", sa.String(length=128), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("looked_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("username"),
    )
    op.create_table(
        "console_sessions",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("turn", sa.String(length=64), nullable=False),
        sa.Column("former", sa.String(length=64), nullable=False),
        sa.Column("turned_at", Moment(), nullable=False),
        sa.Column("taken", sa.Boolean(), nullable=False),
        sa.Column("username", sa.String(length=128), nullable=False),
        sa.Column("how", sa.String(length=16), nullable=False),
        sa.Column("began", Moment(), nullable=False),
        sa.Column("seen", Moment(), nullable=False),
        sa.Column("ends", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("console_sessions_by_username", "console_sessions", ["username"], unique=False)
    op.create_table(
        "console_tokens",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("username", sa.String(length=128), nullable=False),
        sa.Column("how", sa.String(length=16), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("made", Moment(), nullable=False),
        sa.Column("ends", Moment(), nullable=False),
        sa.Column("seen", Moment(), nullable=True),
        sa.Column("revoked_by", sa.String(length=128), nullable=False),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("console_tokens_by_username", "console_tokens", ["username"], unique=False)
    op.create_table(
        "control",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "conversation_readings",
        sa.Column("key", sa.String(length=18), nullable=False),
        sa.Column("reading", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key", "reading"),
    )
    op.create_table(
        "conversation_records",
        sa.Column("key", sa.String(length=18), nullable=False),
        sa.Column("record_id", sa.String(length=18), nullable=False),
        sa.PrimaryKeyConstraint("key", "record_id"),
    )
    op.create_index("conversation_records_by_record", "conversation_records", ["record_id"], unique=False)
    op.create_table(
        "conversations",
        sa.Column("key", sa.String(length=18), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("medium", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("began", Moment(), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("same_as", sa.String(length=18), nullable=False),
        sa.Column("taken_at", Moment(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("conversations_by_began", "conversations", ["began"], unique=False)
    op.create_index("conversations_by_state", "conversations", ["state", "ended_at", "taken_at"], unique=False)
    op.create_table(
        "drafts",
        sa.Column("workflow", sa.String(length=80), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=128), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("workflow", "revision"),
    )
    op.create_table(
        "due",
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key"),
    )
    op.create_index("due_by_at", "due", ["at"], unique=False)
    op.create_table(
        "incidents",
        sa.Column("subject", sa.String(length=96), nullable=False),
        sa.Column("person", sa.String(length=128), nullable=False),
        sa.Column("review_id", sa.String(length=64), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "person"),
    )
    op.create_table(
        "items",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("workflow", sa.String(length=80), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("object", sa.String(length=80), nullable=False),
        sa.Column("record_id", sa.String(length=18), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("event_at", Moment(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.String(length=40), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("retry_at", Moment(), nullable=True),
        sa.Column("outcome", sa.String(length=80), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=128), nullable=True),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("review_id", sa.String(length=64), nullable=True),
        sa.Column("rank", sa.Float(), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("items_by_batch", "items", ["batch_id"], unique=False)
    op.create_index("items_by_record", "items", ["record_id", "seq"], unique=False)
    op.create_index("items_by_state", "items", ["state", "seq"], unique=False)
    op.create_index(
        "items_by_workflow",
        "items",
        ["workflow", "created_at", "seq", "state", "outcome", "mode", "step", "version", "record_id", "owner"],
        unique=False,
    )
    op.create_table(
        "ledger_entries",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor", sa.String(length=160), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("proposal_id", sa.String(length=64), nullable=False),
        sa.Column("workflow", sa.String(length=80), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("policy", sa.String(length=64), nullable=False),
        sa.Column("record_id", sa.String(length=18), nullable=False),
        sa.Column("payload_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("id"),
        sa.UniqueConstraint("position"),
    )
    op.create_index("ledger_by_item", "ledger_entries", ["item_id"], unique=False)
    op.create_index(
        "ledger_by_people",
        "ledger_entries",
        ["seq", "actor", "kind"],
        unique=False,
        sqlite_where=sa.text("actor LIKE '%@%'"),
        postgresql_where=sa.text("actor LIKE '%@%'"),
    )
    op.create_index("ledger_by_proposal", "ledger_entries", ["proposal_id"], unique=False)
    op.create_index("ledger_by_record", "ledger_entries", ["record_id"], unique=False)
    op.create_table(
        "ledger_seals",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("head", sa.LargeBinary(length=32), nullable=False),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "lookup_records",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("record_id", sa.String(length=18), nullable=False),
        sa.PrimaryKeyConstraint("key", "record_id"),
    )
    op.create_index("lookups_by_record", "lookup_records", ["record_id"], unique=False)
    op.create_table(
        "lookup_usage",
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("cost", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("provider", "day"),
    )
    op.create_table(
        "lookups",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("reply", sa.LargeBinary(), nullable=True),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("retry_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "meta",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "misfires",
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=128), nullable=False),
        sa.Column("workflow", sa.String(length=80), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("review_id", sa.String(length=64), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("answer_by", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("item_id", "by"),
    )
    op.create_index("misfires_by_review", "misfires", ["review_id"], unique=False)
    op.create_index("misfires_by_workflow", "misfires", ["workflow", "at"], unique=False)
    op.create_table(
        "modes",
        sa.Column("workflow", sa.String(length=80), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("workflow"),
    )
    op.create_table(
        "mutes",
        sa.Column("workflow", sa.String(length=80), nullable=False),
        sa.Column("record_id", sa.String(length=18), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=128), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("workflow", "record_id"),
    )
    op.create_table(
        "notices",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("to", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("review_id", sa.String(length=64), nullable=False),
        sa.Column("workflow", sa.String(length=80), nullable=False),
        sa.Column("record_id", sa.String(length=18), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("proposal_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("send_at", Moment(), nullable=False),
        sa.Column("sent_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("notices_by_item", "notices", ["item_id"], unique=False)
    op.create_index("notices_by_person", "notices", ["to", "created_at"], unique=False)
    op.create_index("notices_by_state", "notices", ["state", "send_at"], unique=False)
    op.create_table(
        "pools",
        sa.Column("pool", sa.String(length=80), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("member", sa.String(length=128), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("pool", "mode", "member"),
    )
    op.create_table(
        "positions",
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("modstamp", Moment(), nullable=False),
        sa.Column("record_id", sa.String(length=18), nullable=False),
        sa.PrimaryKeyConstraint("source"),
    )
    op.create_table(
        "promises",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("pool", sa.String(length=80), nullable=False),
        sa.Column("workflow", sa.String(length=80), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("object", sa.String(length=80), nullable=False),
        sa.Column("record_id", sa.String(length=18), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("company", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=128), nullable=False),
        sa.Column("holders", sa.Text(), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=255), nullable=False),
        sa.Column("units", sa.Float(), nullable=False),
        sa.Column("passes", sa.Integer(), nullable=False),
        sa.Column("moving", sa.String(length=64), nullable=False),
        sa.Column("born_at", Moment(), nullable=False),
        sa.Column("given_at", Moment(), nullable=False),
        sa.Column("breaks_at", Moment(), nullable=True),
        sa.Column("remind_at", Moment(), nullable=True),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("reminded_at", Moment(), nullable=True),
        sa.Column("accepted_at", Moment(), nullable=True),
        sa.Column("touched_at", Moment(), nullable=True),
        sa.Column("breached_at", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("promises_by_company", "promises", ["pool", "company"], unique=False)
    op.create_index("promises_by_person", "promises", ["pool", "person"], unique=False)
    op.create_index("promises_by_pool", "promises", ["pool", "given_at"], unique=False)
    op.create_index("promises_by_record", "promises", ["record_id"], unique=False)
    op.create_index("promises_by_stage", "promises", ["stage", "due_at"], unique=False)
    op.create_table(
        "proposals",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("workflow", sa.String(length=80), nullable=False),
        sa.Column("step", sa.String(length=80), nullable=False),
        sa.Column("group", sa.String(length=96), nullable=False),
        sa.Column("object", sa.String(length=80), nullable=False),
        sa.Column("record_id", sa.String(length=18), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("decision_entry", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("lent_by", sa.String(length=128), nullable=False),
        sa.Column("intended_at", Moment(), nullable=True),
        sa.Column("written_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("proposals_by_item", "proposals", ["item_id"], unique=False)
    op.create_index("proposals_by_object", "proposals", ["object", "item_id"], unique=False)
    op.create_index("proposals_by_record", "proposals", ["record_id"], unique=False)
    op.create_index("proposals_by_state", "proposals", ["state"], unique=False)
    op.create_index("proposals_by_workflow", "proposals", ["workflow", "written_at"], unique=False)
    op.create_table(
        "record_names",
        sa.Column("record_id", sa.String(length=18), nullable=False),
        sa.Column("object", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("owner_id", sa.String(length=18), nullable=False),
        sa.PrimaryKeyConstraint("record_id"),
    )
    op.create_index("record_names_by_owner", "record_names", ["owner_id", "record_id"], unique=False)
    op.create_table(
        "record_words",
        sa.Column(
            "word", sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("record_id", sa.String(length=18), nullable=False),
        sa.PrimaryKeyConstraint("word", "record_id"),
    )
    op.create_index("record_words_by_record", "record_words", ["record_id"], unique=False)
    op.create_table(
        "reviewed_values",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("review_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("by", sa.String(length=128), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_table(
        "reviews",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("group", sa.String(length=96), nullable=False),
        sa.Column("workflow", sa.String(length=80), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("policy", sa.String(length=64), nullable=False),
        sa.Column("queue", sa.String(length=16), nullable=False),
        sa.Column("tier", sa.String(length=16), nullable=False),
        sa.Column("pattern", sa.String(length=64), nullable=False),
        sa.Column("object", sa.String(length=80), nullable=False),
        sa.Column("record_id", sa.String(length=18), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=128), nullable=False),
        sa.Column("author", sa.String(length=128), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("spoken", sa.Text(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("then_to", sa.String(length=128), nullable=False),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=128), nullable=False),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("release_at", Moment(), nullable=True),
        sa.Column("snoozed_until", Moment(), nullable=True),
        sa.Column("expires_at", Moment(), nullable=True),
        sa.Column("moves", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("reviews_by_decider", "reviews", ["decided_by", "decided_at"], unique=False)
    op.create_index("reviews_by_item", "reviews", ["item_id"], unique=False)
    op.create_index("reviews_by_pattern", "reviews", ["pattern", "state"], unique=False)
    op.create_index("reviews_by_record", "reviews", ["record_id"], unique=False)
    op.create_index(
        "reviews_by_state",
        "reviews",
        [
            "state",
            "due_at",
            "seq",
            "snoozed_until",
            "owner",
            "workflow",
            "kind",
            "tier",
            "queue",
            "author",
            "roles",
            "spoken",
        ],
        unique=False,
    )
    op.create_index("reviews_by_workflow", "reviews", ["workflow", "created_at"], unique=False)
    op.create_table(
        "run_records",
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("record_id", sa.String(length=18), nullable=False),
        sa.PrimaryKeyConstraint("item_id", "record_id"),
    )
    op.create_index(op.f("ix_run_records_record_id"), "run_records", ["record_id"], unique=False)
    op.create_table(
        "seen",
        sa.Column("object", sa.String(length=80), nullable=False),
        sa.Column("record_id", sa.String(length=18), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("object", "record_id"),
    )
    op.create_table(
        "signoffs",
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=128), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("kind", "key"),
    )
    op.create_table(
        "standing",
        sa.Column("workflow", sa.String(length=80), nullable=False),
        sa.Column("record_id", sa.String(length=18), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("fired_at", Moment(), nullable=False),
        sa.Column("fires", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workflow", "record_id"),
    )
    op.create_table(
        "usage",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("workflow", sa.String(length=80), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "workflow"),
    )
    op.create_table(
        "versions",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("beside", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=128), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "name", "number"),
    )
    op.create_index("versions_by_version", "versions", ["version"], unique=False)
    op.create_table(
        "audit_answers",
        sa.Column("audit_id", sa.String(length=64), nullable=False),
        sa.Column("question", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("audit_id", "question"),
    )
    op.create_table(
        "audit_records",
        sa.Column("audit_id", sa.String(length=64), nullable=False),
        sa.Column("finding", sa.String(length=255), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("object", sa.String(length=80), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("audit_id", "finding", "record_id"),
    )
    op.create_index("audit_records_by_record", "audit_records", ["record_id"], unique=False)
    op.create_table(
        "ledger_payloads",
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.LargeBinary(length=12), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entries.id"]),
        sa.PrimaryKeyConstraint("entry_id"),
    )
    op.create_table(
        "review_bodies",
        sa.Column("review_id", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("review_id"),
    )
