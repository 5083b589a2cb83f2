"""The line: items, their batches, what is suggested, what waits for people, what they are told."""

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from upbeat.store.moments import Moment
from upbeat.store.tables.metadata import metadata

items = Table(
    "items",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("workflow", String(80), nullable=False),
    Column("version", String(64), nullable=False),
    Column("mode", String(16), nullable=False),
    Column("object", String(80), nullable=False),
    Column("record_id", String(18), nullable=False),
    Column("event", Text, nullable=False),  # Event
    Column("event_at", Moment, nullable=False),
    Column("state", String(16), nullable=False),  # engine.items.State
    Column("step", Integer, nullable=False, default=0),
    Column("batch_id", String(40)),
    Column("attempts", Integer, nullable=False, default=0),
    Column("retry_at", Moment),
    Column("outcome", String(80)),
    Column("detail", Text, nullable=False, default=""),
    Column("owner", String(128)),  # the person it stands with, where it has no outcome yet
    Column("due_at", Moment),
    Column("review_id", String(64)),  # the review it waits for, while it waits
    Column("rank", Float),  # among those that wait, where their workflow's pool ranks them and many do
    Column("data", Text, nullable=False, default="{}"),  # engine.items.Progress: record, signals, results
    Column("created_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Index("items_by_record", "record_id", "seq"),
    Index("items_by_state", "state", "seq"),
    Index("items_by_batch", "batch_id"),
    Index(  # all that a list of runs filters by: a million are looked through in the index alone
        "items_by_workflow",
        *("workflow", "created_at", "seq", "state", "outcome", "mode", "step", "version", "record_id", "owner"),
    ),
)

batches = Table(
    "batches",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("workflow", String(80), nullable=False),
    Column("version", String(64), nullable=False),
    Column("code", String(64), nullable=False),  # the version of our code that began it
    Column("open", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Index("batches_open", "open"),
)

proposals = Table(
    "proposals",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("item_id", String(64), nullable=False),
    Column("workflow", String(80), nullable=False),
    Column("step", String(80), nullable=False),
    Column("group", String(96), nullable=False),
    Column("object", String(80), nullable=False),
    Column("record_id", String(18), nullable=False, default=""),
    Column("body", Text, nullable=False),  # Proposal
    Column("decision", Text, nullable=False),  # Decision
    Column("decision_entry", String(64), nullable=False),
    Column("state", String(16), nullable=False),  # apply.State
    Column("result", Text, nullable=False, default=""),
    Column("lent_by", String(128), nullable=False, default=""),  # the approver in whose name it was sent
    Column("intended_at", Moment),
    Column("written_at", Moment),
    Index("proposals_by_item", "item_id"),
    Index("proposals_by_object", "object", "item_id"),
    Index("proposals_by_record", "record_id"),
    Index("proposals_by_state", "state"),
    Index("proposals_by_workflow", "workflow", "written_at"),
)

reviews = Table(  # work that waits for a person
    "reviews",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("kind", String(24), nullable=False),  # review.RELEASE, or the word of a hold
    Column("state", String(16), nullable=False),  # review.State
    Column("item_id", String(64), nullable=False),  # empty for a matter of the house
    Column("group", String(96), nullable=False, default=""),  # the proposals it releases
    Column("workflow", String(80), nullable=False),  # domain.HOUSE where it is about none
    Column("version", String(64), nullable=False, default=""),  # of the workflow
    Column("policy", String(64), nullable=False, default=""),  # the version of the policy that asked
    Column("queue", String(16), nullable=False, default=""),  # review.OwnerQueue
    Column("tier", String(16), nullable=False, default=""),  # of a suggested change
    Column("pattern", String(64), nullable=False, default=""),  # alike suggested changes share it
    Column("object", String(80), nullable=False),
    Column("record_id", String(18), nullable=False),
    Column("title", Text, nullable=False),
    Column("owner", String(128), nullable=False),
    Column("author", String(128), nullable=False, default=""),  # who answers for a suggested change: not to sign it
    Column("roles", Text, nullable=False, default=""),  # in which it may be signed, each between two spaces
    Column("spoken", Text, nullable=False, default=""),  # who has said all they may to it, each between two spaces
    Column("due_at", Moment, nullable=False),
    Column("then_to", String(128), nullable=False, default=""),  # who has it next, where its outcome names somebody
    Column("choice", Text, nullable=False, default=""),
    Column("note", Text, nullable=False, default=""),
    Column("decided_by", String(128), nullable=False, default=""),
    Column("decided_at", Moment),
    Column("release_at", Moment),  # when an approved change is written, at the earliest
    Column("snoozed_until", Moment),
    Column("expires_at", Moment),
    Column("moves", Integer, nullable=False, default=0),  # acts so far: of two at once, one finds it moved
    Column("created_at", Moment, nullable=False),
    Index("reviews_by_item", "item_id"),
    Index("reviews_by_record", "record_id"),
    Index(  # all that a list asks for but the titles: what is open is counted and filtered in the index alone
        "reviews_by_state",
        *(
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
        ),
    ),
    Index("reviews_by_workflow", "workflow", "created_at"),
    Index("reviews_by_pattern", "pattern", "state"),
    Index("reviews_by_decider", "decided_by", "decided_at"),
)

review_bodies = Table(  # apart, so that a list of ten thousand reads none of them
    "review_bodies",
    metadata,
    Column("review_id", String(64), ForeignKey("reviews.id", ondelete="CASCADE"), primary_key=True),
    Column("body", Text, nullable=False),  # review.Body: reasons, choices, roles, changes
)

reviewed_values = Table(  # what reviewers made of each value that was read of talk; no word of it
    "reviewed_values",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("review_id", String(64), nullable=False),
    Column("name", String(80), nullable=False),  # what it answers: economic_buyer, next_step
    Column("by", String(128), nullable=False),  # rules, or a model's name
    Column("confidence", Float, nullable=False),
    Column("outcome", String(16), nullable=False),  # conversation.calibrating.Outcome
    Column("at", Moment, nullable=False),
)

notices = Table(  # what people are told by message
    "notices",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("to", String(128), nullable=False),  # username
    Column("kind", String(24), nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("reason", Text, nullable=False),  # why this person gets it
    Column("urgent", Boolean, nullable=False),  # it asks something of them: no budget holds it back
    Column("due_at", Moment),  # by when it is asked
    Column("command", Text, nullable=False, default=""),  # what answers it
    Column("item_id", String(64), nullable=False, default=""),
    Column("review_id", String(64), nullable=False, default=""),
    Column("workflow", String(80), nullable=False),  # domain.HOUSE where it is about none
    Column("record_id", String(18), nullable=False, default=""),
    Column("state", String(16), nullable=False),  # notices.State
    Column("detail", Text, nullable=False, default=""),  # why it stands as it stands
    Column("source", String(64), nullable=False, default=""),  # the step's proposal that says it, where one does
    Column("proposal_id", String(64), nullable=False, default=""),  # the message it went out by, alone or in a digest
    Column("created_at", Moment, nullable=False),
    Column("send_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Index("notices_by_state", "state", "send_at"),
    Index("notices_by_person", "to", "created_at"),
    Index("notices_by_item", "item_id"),
)

mutes = Table(  # flags that a person has overridden: quiet until the facts change
    "mutes",
    metadata,
    Column("workflow", String(80), primary_key=True),
    Column("record_id", String(18), primary_key=True),
    Column("item_id", String(64), nullable=False),  # the run that was overridden
    Column("facts", String(64), nullable=False),  # the digest of what the condition reads
    Column("by", String(128), nullable=False),
    Column("reason", Text, nullable=False),
    Column("entry_id", String(64), nullable=False),
    Column("at", Moment, nullable=False),
)

run_records = Table(  # records that a run read beside its own, such as doubles: it is forgotten with them
    "run_records",
    metadata,
    Column("item_id", String(64), primary_key=True),
    Column("record_id", String(18), primary_key=True, index=True),
)
