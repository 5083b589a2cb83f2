"""The use cases, one function each: what the command line, the console and an outside agent may ask for."""

from upbeat.operations.explaining import Journey, Told, explain
from upbeat.operations.governing import Promoted, demote, promote, resume, stop
from upbeat.operations.house import House, Refused
from upbeat.operations.reporting import Loose, Status, status, the_register, verify
from upbeat.operations.reviewing import approve, one_review, reject, reviews
from upbeat.operations.rolling_back import Reversal, Reversible, preview, roll_back
from upbeat.operations.runs import find_run, find_runs

__all__ = [
    "House",
    "Journey",
    "Loose",
    "Promoted",
    "Refused",
    "Reversal",
    "Reversible",
    "Status",
    "Told",
    "approve",
    "demote",
    "explain",
    "find_run",
    "find_runs",
    "one_review",
    "preview",
    "promote",
    "reject",
    "resume",
    "reviews",
    "roll_back",
    "status",
    "stop",
    "the_register",
    "verify",
]
