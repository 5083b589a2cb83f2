"""A Salesforce-compatible org in one process, on SQLite: records, rules, history, SOQL and REST, with no account."""

from upbeat.localorg.access import ConnectedApp
from upbeat.localorg.currencies import Currency
from upbeat.localorg.definitions import custom_object
from upbeat.localorg.duplicates import Action, Criterion, DuplicateRule, MatchingRule, Method
from upbeat.localorg.faults import Fault, FaultKind
from upbeat.localorg.org import LocalOrg
from upbeat.localorg.problems import OrgError, Problem, Refused, Saved
from upbeat.localorg.rules import ValidationRule
from upbeat.localorg.server import Server
from upbeat.localorg.stream import StreamServer
from upbeat.localorg.tls import Authority, Identity

__all__ = [
    "Action",
    "Authority",
    "ConnectedApp",
    "Criterion",
    "Currency",
    "DuplicateRule",
    "Fault",
    "FaultKind",
    "Identity",
    "LocalOrg",
    "MatchingRule",
    "Method",
    "OrgError",
    "Problem",
    "Refused",
    "Saved",
    "Server",
    "StreamServer",
    "ValidationRule",
    "custom_object",
]
