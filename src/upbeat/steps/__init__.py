"""The function library and the agents' contracts: cases go in, data and proposals come out.

A step sees neither the gate nor the writer. To add a function, write one module with its `Function` and name it
in `FUNCTIONS`.
"""

from collections.abc import Mapping

from upbeat.steps.assign_owner import ASSIGN_OWNER
from upbeat.steps.case import Answer, Case, Function, Result
from upbeat.steps.classify_request import CLASSIFY_REQUEST
from upbeat.steps.contract import OutOfContractError, within_contract
from upbeat.steps.create_task import CREATE_TASK
from upbeat.steps.notify import NOTIFY
from upbeat.steps.qualify import QUALIFY
from upbeat.steps.request_decision import REQUEST_DECISION
from upbeat.steps.update_record import UPDATE_RECORD
from upbeat.workflows import FunctionSpec

FUNCTIONS: Mapping[str, Function] = {
    one.spec.name: one
    for one in (CLASSIFY_REQUEST, QUALIFY, ASSIGN_OWNER, UPDATE_RECORD, CREATE_TASK, REQUEST_DECISION, NOTIFY)
}

SPECS: Mapping[str, FunctionSpec] = {name: one.spec for name, one in FUNCTIONS.items()}

__all__ = [
    "FUNCTIONS",
    "SPECS",
    "Answer",
    "Case",
    "Function",
    "OutOfContractError",
    "Result",
    "within_contract",
]
