"""The function library and the agents' contracts: cases go in, data and proposals come out.

A step sees neither the gate nor the writer. To add a function, write one module with its `Function` and name it
in `FUNCTIONS`.
"""

from collections.abc import Mapping

from upbeat.steps.add_people import ADD_PEOPLE
from upbeat.steps.assign_owner import ASSIGN_OWNER, CHOSEN_ACCOUNT
from upbeat.steps.case import Answer, Beside, Case, Function, Result, is_how_to_object
from upbeat.steps.classify_request import CLASSIFY_REQUEST
from upbeat.steps.contract import OutOfContractError, within_contract
from upbeat.steps.convert_lead import CONVERT_LEAD
from upbeat.steps.create_task import CREATE_TASK
from upbeat.steps.enrich import ENRICH
from upbeat.steps.enriched import BUDGET, NOT_ASKED, TIMED_OUT, Enriched, Filled
from upbeat.steps.extract_fields import EXTRACT_FIELDS
from upbeat.steps.hearing import terms_of
from upbeat.steps.keep_conversation import KEEP_CONVERSATION
from upbeat.steps.log_activity import LOG_ACTIVITY
from upbeat.steps.match_account import MATCH_ACCOUNT
from upbeat.steps.match_deal import MATCH_DEAL
from upbeat.steps.measure_conversation import MEASURE_CONVERSATION
from upbeat.steps.model_word import BY_MODEL
from upbeat.steps.note_insights import NOTE_INSIGHTS
from upbeat.steps.notify import NOTIFY
from upbeat.steps.propose_merge import PROPOSE_MERGE
from upbeat.steps.qualify import QUALIFY
from upbeat.steps.relate_people import RELATE_PEOPLE
from upbeat.steps.request_decision import REQUEST_DECISION
from upbeat.steps.summarise import SUMMARISE
from upbeat.steps.update_record import UPDATE_RECORD
from upbeat.workflows import FunctionSpec

FUNCTIONS: Mapping[str, Function] = {
    one.spec.name: one
    for one in (
        ENRICH,
        CLASSIFY_REQUEST,
        QUALIFY,
        MATCH_ACCOUNT,
        ASSIGN_OWNER,
        UPDATE_RECORD,
        CREATE_TASK,
        REQUEST_DECISION,
        NOTIFY,
        PROPOSE_MERGE,
        CONVERT_LEAD,
        MATCH_DEAL,
        ADD_PEOPLE,
        LOG_ACTIVITY,
        RELATE_PEOPLE,
        EXTRACT_FIELDS,
        SUMMARISE,
        MEASURE_CONVERSATION,
        KEEP_CONVERSATION,
        NOTE_INSIGHTS,
    )
}

ENRICHES = ENRICH.spec.name
"""The function whose writes are a source's words."""

LOGS = LOG_ACTIVITY.spec.name
"""The function that logs a conversation; what it gives as `id` is the activity."""

MATCHES = MATCH_DEAL.spec.name
"""The function that says which account and deal a conversation is of, by the person whom it gives as `by`."""

SPECS: Mapping[str, FunctionSpec] = {name: one.spec for name, one in FUNCTIONS.items()}

__all__ = [
    "BUDGET",
    "BY_MODEL",
    "CHOSEN_ACCOUNT",
    "ENRICHES",
    "FUNCTIONS",
    "LOGS",
    "MATCHES",
    "NOT_ASKED",
    "SPECS",
    "TIMED_OUT",
    "Answer",
    "Beside",
    "Case",
    "Enriched",
    "Filled",
    "Function",
    "OutOfContractError",
    "Result",
    "is_how_to_object",
    "terms_of",
    "within_contract",
]
