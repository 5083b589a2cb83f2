"""Duplicate rules: which records are taken for the same one, and what the org does about a save of another."""

from upbeat.localorg.duplicates.finder import Duplicates
from upbeat.localorg.duplicates.header import HEADER, Options, asked
from upbeat.localorg.duplicates.matching import Method
from upbeat.localorg.duplicates.report import write_rules
from upbeat.localorg.duplicates.rules import Action, Criterion, DuplicateRule, MatchingRule, checked

__all__ = [
    "HEADER",
    "Action",
    "Criterion",
    "DuplicateRule",
    "Duplicates",
    "MatchingRule",
    "Method",
    "Options",
    "asked",
    "checked",
    "write_rules",
]
