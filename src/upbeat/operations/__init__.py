"""The use cases, one function each: what the command line, the console and an outside agent may ask for."""

from upbeat.engine import Redone
from upbeat.engine import Verdict as Replayed
from upbeat.ledger import Verification
from upbeat.operations.access import AccessReport, IdentityAccess, access
from upbeat.operations.alerting import Alerts, Reader, alerts
from upbeat.operations.auditing import ItemStands, attest, audit, drafted_fields, last_audit, plan_audit, tell_audit
from upbeat.operations.auditing import Plan as AuditPlan
from upbeat.operations.auditing import Planned as PlannedAudit
from upbeat.operations.auditing import Told as ToldAudit
from upbeat.operations.auditing import standing as items_standing
from upbeat.operations.auditing import withdraw as withdraw_attestation
from upbeat.operations.by_hand import nested
from upbeat.operations.by_pattern import Batch, batch, release_batch
from upbeat.operations.comparing import Side, ThreeWay
from upbeat.operations.describing import Ground
from upbeat.operations.dissecting import Anatomy, FieldRead, Use, dissect, write_rule
from upbeat.operations.explaining import Journey, Told, explain
from upbeat.operations.exporting import Checked, Form, check_file, export_ledger, lines
from upbeat.operations.exports import ask_exports
from upbeat.operations.forgetting import Forgotten, Known, forget, known_of
from upbeat.operations.house import Asker, DisconnectedError, House, Refused
from upbeat.operations.mailing import Sent, send_test
from upbeat.operations.needs import Access, Need, reading_needs, writing_needs
from upbeat.operations.owning import (
    Held,
    Misfire,
    Overridden,
    Rate,
    Scorecard,
    Times,
    Wrong,
    look_after_misfires,
    look_after_owners,
    look_after_readers,
    look_after_reviews,
    override,
    owners,
    scorecards,
)
from upbeat.operations.owning import report as report_misfire
from upbeat.operations.owning.trigger_reviews import TriggerReview, review_trigger
from upbeat.operations.promoting import Asked as AskedToGoLive
from upbeat.operations.promoting import (
    Beside,
    Filled,
    Promoted,
    Wish,
    between,
    demote,
    judge,
    promote,
)
from upbeat.operations.promoting import Report as GoLiveReport
from upbeat.operations.promoting import Shadow as RouterBeside
from upbeat.operations.promoting import ask as ask_to_go_live
from upbeat.operations.promoting import report as go_live_report
from upbeat.operations.publishing import (
    Change,
    Comparison,
    Version,
    compare,
    publish,
    revert,
    unpublished,
    versions,
)
from upbeat.operations.querying import Found, ask
from upbeat.operations.reconciling import ALARMS, Class, Finding, Reconciliation, Unchecked, reconcile
from upbeat.operations.remaining import Remaining, remaining
from upbeat.operations.reminding import remind
from upbeat.operations.replaying import Replay, replay
from upbeat.operations.reporting import (
    CONTROLS,
    CRITERIA,
    CheckedControl,
    Control,
    Cost,
    Loose,
    Packet,
    PacketLine,
    Register,
    Registered,
    Says,
    ShownPacket,
    Status,
    System,
    WorkCount,
    WorkflowCost,
    check_controls,
    cost,
    make_packet,
    packet,
    sign_packet,
    status,
    the_register,
    verify,
    work,
)
from upbeat.operations.reviewing import (
    approve,
    delegate,
    edit,
    one_review,
    queue,
    recall,
    reject,
    reviews,
    snooze,
    withdraw,
)
from upbeat.operations.rolling_back import Asked, Pattern, Reversal, Reversible, preview, roll_back
from upbeat.operations.routing import (
    Pulled,
    Waiting,
    accept_promise,
    decline_promise,
    next_please,
    return_promise,
    waiting,
)
from upbeat.operations.runs import find_run, find_runs
from upbeat.operations.setting_up import SetupStep, Way, setup_steps
from upbeat.operations.showing import Shown, show_review
from upbeat.operations.side_by_side import SideBySide
from upbeat.operations.starting import start_on
from upbeat.operations.stopping import resume, stop
from upbeat.operations.telling import News, look_now, news
from upbeat.operations.trying import (
    Answer,
    Trial,
    evaluate,
    object_of,
    on_record,
    on_values,
    read_formula,
)
from upbeat.review import Page, Review, Wanted, missing
from upbeat.salesforce import PORT as CALLBACK_PORT
from upbeat.salesforce import callback
from upbeat.store.calls import Calls as ApiCalls
from upbeat.workflows import Difference

__all__ = [
    "ALARMS",
    "CALLBACK_PORT",
    "CONTROLS",
    "CRITERIA",
    "Access",
    "AccessReport",
    "Alerts",
    "Anatomy",
    "Answer",
    "ApiCalls",
    "Asked",
    "AskedToGoLive",
    "Asker",
    "AuditPlan",
    "Batch",
    "Beside",
    "Change",
    "Checked",
    "CheckedControl",
    "Class",
    "Comparison",
    "Control",
    "Cost",
    "Difference",
    "DisconnectedError",
    "FieldRead",
    "Filled",
    "Finding",
    "Forgotten",
    "Form",
    "Found",
    "GoLiveReport",
    "Ground",
    "Held",
    "House",
    "IdentityAccess",
    "ItemStands",
    "Journey",
    "Known",
    "Loose",
    "Misfire",
    "Need",
    "News",
    "Overridden",
    "Packet",
    "PacketLine",
    "Page",
    "Pattern",
    "PlannedAudit",
    "Promoted",
    "Pulled",
    "Rate",
    "Reader",
    "Reconciliation",
    "Redone",
    "Refused",
    "Register",
    "Registered",
    "Remaining",
    "Replay",
    "Replayed",
    "Reversal",
    "Reversible",
    "Review",
    "RouterBeside",
    "Says",
    "Scorecard",
    "Sent",
    "SetupStep",
    "Shown",
    "ShownPacket",
    "Side",
    "SideBySide",
    "Status",
    "System",
    "ThreeWay",
    "Times",
    "Told",
    "ToldAudit",
    "Trial",
    "TriggerReview",
    "Unchecked",
    "Use",
    "Verification",
    "Version",
    "Waiting",
    "Wanted",
    "Way",
    "Wish",
    "WorkCount",
    "WorkflowCost",
    "Wrong",
    "accept_promise",
    "access",
    "alerts",
    "approve",
    "ask",
    "ask_exports",
    "ask_to_go_live",
    "attest",
    "audit",
    "batch",
    "between",
    "callback",
    "check_controls",
    "check_file",
    "compare",
    "cost",
    "decline_promise",
    "delegate",
    "demote",
    "dissect",
    "drafted_fields",
    "edit",
    "evaluate",
    "explain",
    "export_ledger",
    "find_run",
    "find_runs",
    "forget",
    "go_live_report",
    "items_standing",
    "judge",
    "known_of",
    "last_audit",
    "lines",
    "look_after_misfires",
    "look_after_owners",
    "look_after_readers",
    "look_after_reviews",
    "look_now",
    "make_packet",
    "missing",
    "nested",
    "news",
    "next_please",
    "object_of",
    "on_record",
    "on_values",
    "one_review",
    "override",
    "owners",
    "packet",
    "plan_audit",
    "preview",
    "promote",
    "publish",
    "queue",
    "read_formula",
    "reading_needs",
    "recall",
    "reconcile",
    "reject",
    "release_batch",
    "remaining",
    "remind",
    "replay",
    "report_misfire",
    "resume",
    "return_promise",
    "revert",
    "review_trigger",
    "reviews",
    "roll_back",
    "scorecards",
    "send_test",
    "setup_steps",
    "show_review",
    "sign_packet",
    "snooze",
    "start_on",
    "status",
    "stop",
    "tell_audit",
    "the_register",
    "unpublished",
    "verify",
    "versions",
    "waiting",
    "withdraw",
    "withdraw_attestation",
    "work",
    "write_rule",
    "writing_needs",
]
