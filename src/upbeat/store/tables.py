"""The tables of our own database. Losing them loses run history, and no fact of the CRM (law 10).

JSON columns hold `base.encode` text of the value that their comment names. State columns hold the words of the enums
beside the code that moves them.
"""

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, Text

from upbeat.store.moments import Moment

metadata = MetaData()

meta = Table(  # one row a fact about the store itself: org id, schema version's creator
    "meta",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

control = Table(  # switches that people throw and that outlive a restart: stop
    "control",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("value", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

positions = Table(  # how far each source has been read
    "positions",
    metadata,
    Column("source", String(80), primary_key=True),
    Column("modstamp", Moment, nullable=False),
    Column("record_id", String(18), nullable=False, default=""),
)

seen = Table(  # watched fields as last seen: where prior values come from. A cache.
    "seen",
    metadata,
    Column("object", String(80), primary_key=True),
    Column("record_id", String(18), primary_key=True),
    Column("fields", Text, nullable=False),  # Record
)

standing = Table(  # conditions that hold now, so that a schedule does not fire again each time it looks
    "standing",
    metadata,
    Column("workflow", String(80), primary_key=True),
    Column("record_id", String(18), primary_key=True),
    Column("since", Moment, nullable=False),
    Column("fired_at", Moment, nullable=False),
    Column("fires", Integer, nullable=False, default=1),
)

versions = Table(  # what was published: immutable texts, numbered from 1 for each name of a kind
    "versions",
    metadata,
    Column("kind", String(16), primary_key=True),  # workflows.FileKind
    Column("name", String(80), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("version", String(64), nullable=False),  # the digest of the text; a revert has that of what it brings back
    Column("text", Text, nullable=False),  # canonical JSON; empty where the file is gone
    Column("source", Text, nullable=False, default=""),  # the file as it was written
    Column("beside", Text, nullable=False, default="{}"),  # the tables that it names, by their paths
    Column("by", String(128), nullable=False),
    Column("note", Text, nullable=False, default=""),
    Column("at", Moment, nullable=False),
    Index("versions_by_version", "version"),
)

modes = Table(  # the mode that people gave one version of a workflow; without a row it is monitor
    "modes",
    metadata,
    Column("workflow", String(80), primary_key=True),
    Column("version", String(64), nullable=False),
    Column("number", Integer, nullable=False, default=0),  # of the version: a revert has the content of another
    Column("mode", String(16), nullable=False),
    Column("entry_id", String(64), nullable=False),
    Column("at", Moment, nullable=False),
)

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
    Index("items_by_workflow", "workflow", "created_at"),
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
    Index(  # all that a list asks for but the titles: what is open is counted and filtered in the index alone
        "reviews_by_state", *("state", "due_at", "seq", "snoozed_until", "owner", "workflow", "kind", "tier", "queue")
    ),
    Index("reviews_by_workflow", "workflow", "created_at"),
    Index("reviews_by_pattern", "pattern", "state"),
)

review_bodies = Table(  # apart, so that a list of ten thousand reads none of them
    "review_bodies",
    metadata,
    Column("review_id", String(64), ForeignKey("reviews.id", ondelete="CASCADE"), primary_key=True),
    Column("body", Text, nullable=False),  # review.Body: reasons, choices, roles, changes
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

incidents = Table(  # people who answer for something and are no longer active users
    "incidents",
    metadata,
    Column("subject", String(96), primary_key=True),  # operations.owning.duties.Duty
    Column("person", String(128), primary_key=True),
    Column("review_id", String(64), nullable=False),
    Column("since", Moment, nullable=False),
)

misfires = Table(  # runs that people reported as wrong: one row a person and run, however often they say so
    "misfires",
    metadata,
    Column("item_id", String(64), primary_key=True),
    Column("by", String(128), primary_key=True),
    Column("workflow", String(80), nullable=False),
    Column("version", String(64), nullable=False),
    Column("kind", String(24), nullable=False),  # operations.owning.misfires.Wrong
    Column("why", Text, nullable=False),
    Column("review_id", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("answer_by", Moment, nullable=False),
    Index("misfires_by_workflow", "workflow", "at"),
    Index("misfires_by_review", "review_id"),
)

signoffs = Table(  # what somebody has looked at and signed: a week's packet, a trigger's review
    "signoffs",
    metadata,
    Column("kind", String(24), primary_key=True),
    Column("key", String(80), primary_key=True),
    Column("body", Text, nullable=False),  # what was shown
    Column("by", String(128), nullable=False, default=""),
    Column("note", Text, nullable=False, default=""),
    Column("entry_id", String(64), nullable=False, default=""),
    Column("made_at", Moment, nullable=False),
    Column("at", Moment),  # signed; empty until then
)

audits = Table(  # of the foundation: one row an audit, under way until it is finished
    "audits",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("by", String(128), nullable=False, default=""),
    Column("plan", Text, nullable=False),  # operations.auditing.Plan
    Column("calls", Integer, nullable=False, default=0),  # spent so far
    Column("finished_at", Moment),
    Column("body", Text, nullable=False, default=""),  # foundation.Audit.kept
    Column("entry_id", String(64), nullable=False, default=""),
    Index("audits_by_end", "finished_at"),
)

audit_answers = Table(  # what the org said to an audit that is under way, so that it can go on; none of one that ended
    "audit_answers",
    metadata,
    Column("audit_id", String(64), ForeignKey("audits.id", ondelete="CASCADE"), primary_key=True),
    Column("question", String(64), primary_key=True),  # the digest of foundation.Question
    Column("body", Text, nullable=False),  # foundation.Answer
)

audit_records = Table(  # the records behind an audit's findings
    "audit_records",
    metadata,
    Column("audit_id", String(64), ForeignKey("audits.id", ondelete="CASCADE"), primary_key=True),
    Column("finding", String(255), primary_key=True),  # its key: foundation.LONGEST_KEY
    Column("record_id", Text, primary_key=True),  # an automation without an id stands by its name
    Column("place", Integer, nullable=False),  # among the records of the finding
    Column("object", String(80), nullable=False),
    Column("name", Text, nullable=False),
    Column("why", Text, nullable=False),
    Index("audit_records_by_record", "record_id"),
)

due = Table(  # everything that happens at a time; one tick(now) reads it
    "due",
    metadata,
    Column("kind", String(24), primary_key=True),  # engine.due.Kind
    Column("key", String(128), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("body", Text, nullable=False, default="{}"),
    Index("due_by_at", "at"),
)

usage = Table(  # the org's API calls that the engine made, by the day and the workflow they were made for
    "usage",
    metadata,
    Column("day", String(10), primary_key=True),  # of the org
    Column("workflow", String(80), primary_key=True),  # empty: for all of them
    Column("calls", Integer, nullable=False),
)

pools = Table(  # routing's memory: where each member stands, in earnest and in monitor
    "pools",
    metadata,
    Column("pool", String(80), primary_key=True),
    Column("mode", String(16), primary_key=True),
    Column("member", String(128), primary_key=True),
    Column("place", Text, nullable=False),  # routing.Place
)

promises = Table(  # what routing gave to somebody, and by when it is touched: its memory of who had what
    "promises",
    metadata,
    Column("id", String(64), primary_key=True),  # the digest of pool, record and round
    Column("pool", String(80), nullable=False),
    Column("workflow", String(80), nullable=False),
    Column("item_id", String(64), nullable=False),  # the run that gave it last
    Column("object", String(80), nullable=False),
    Column("record_id", String(18), nullable=False),
    Column("person", String(64), nullable=False, default=""),  # a digest that tells the person again
    Column("company", String(64), nullable=False, default=""),  # the account's id, else a digest of the company
    Column("owner", String(128), nullable=False),  # username
    Column("holders", Text, nullable=False, default="[]"),  # usernames, in order, the owner last
    Column("stage", String(16), nullable=False),  # routing.Stage
    Column("rule", String(40), nullable=False, default=""),  # what gave it last
    Column("status", String(255), nullable=False, default=""),  # of the record, when it was given
    Column("units", Float, nullable=False, default=1.0),  # what it weighs in its owner's share
    Column("passes", Integer, nullable=False, default=0),  # how often its time was over, and it went on
    Column("moving", String(64), nullable=False, default=""),  # the run that gives it to somebody else, while one does
    Column("born_at", Moment, nullable=False),  # the record's creation: the clock starts here and never anew
    Column("given_at", Moment, nullable=False),
    Column("breaks_at", Moment),  # the promise, whoever has it; empty where the pool promises nothing
    Column("remind_at", Moment),  # its owner's own times
    Column("due_at", Moment),
    Column("reminded_at", Moment),
    Column("accepted_at", Moment),
    Column("touched_at", Moment),
    Column("breached_at", Moment),
    Column("ended_at", Moment),
    Column("detail", Text, nullable=False, default=""),
    Index("promises_by_record", "record_id"),
    Index("promises_by_person", "pool", "person"),
    Index("promises_by_company", "pool", "company"),
    Index("promises_by_stage", "stage", "due_at"),
    Index("promises_by_pool", "pool", "given_at"),
)

lookups = Table(  # what sources of facts were asked over HTTP, one row a question, and what they said
    "lookups",
    metadata,
    Column("key", String(64), primary_key=True),  # the digest of the question
    Column("provider", String(64), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("reply", Text, nullable=False, default=""),  # channels.enrich.Reply, the last one
    Column("answered_at", Moment),  # empty while it is to be asked again
    Column("retry_at", Moment),
)

lookup_records = Table(  # for which records an answer was used, so that it can be forgotten with them
    "lookup_records",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("record_id", String(18), primary_key=True),
    Index("lookups_by_record", "record_id"),
)

run_records = Table(  # records that a run read beside its own, such as doubles: it is forgotten with them
    "run_records",
    metadata,
    Column("item_id", String(64), primary_key=True),
    Column("record_id", String(18), primary_key=True, index=True),
)

lookup_usage = Table(  # calls that were made, by source and day of the org's time zone
    "lookup_usage",
    metadata,
    Column("provider", String(64), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("calls", Integer, nullable=False),
    Column("cost", String(40), nullable=False),  # a decimal number, in the source's currency
)

ledger_entries = Table(
    "ledger_entries",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("kind", String(40), nullable=False),
    Column("at", Moment, nullable=False),
    Column("actor", String(160), nullable=False),
    Column("item_id", String(64), nullable=False, default=""),
    Column("proposal_id", String(64), nullable=False, default=""),
    Column("workflow", String(80), nullable=False, default=""),
    Column("version", String(64), nullable=False, default=""),  # of the workflow
    Column("policy", String(64), nullable=False, default=""),  # the version of the policy that it stood on
    Column("record_id", String(18), nullable=False, default=""),
    Column("payload_hash", LargeBinary(32), nullable=False),  # over a salt and the payload, both in ledger_payloads
    Column("hash", LargeBinary(32), nullable=False),  # over the columns above but seq
    Column("position", Integer, unique=True),  # dense, given by the sealer; empty until sealed
    Index("ledger_by_item", "item_id"),
    Index("ledger_by_proposal", "proposal_id"),
    Index("ledger_by_record", "record_id"),
)

ledger_payloads = Table(  # encrypted beside the entry, so that a payload can be erased and the seal still hold
    "ledger_payloads",
    metadata,
    Column("entry_id", String(64), ForeignKey("ledger_entries.id"), primary_key=True),
    Column("nonce", LargeBinary(12), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

ledger_seals = Table(
    "ledger_seals",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("head", LargeBinary(32), nullable=False),  # over the seal before and this digest
    Column("signature", LargeBinary(64), nullable=False),
    Column("at", Moment, nullable=False),
)
