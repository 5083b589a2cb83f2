"""How well talk is read: an extractor over calls that people labelled, and how good each part of it is."""

from upbeat.operations.evaluating.labels import ELEMENTS
from upbeat.operations.evaluating.meetings import Searched, search
from upbeat.operations.evaluating.running import (
    KINDS,
    RULES,
    Call,
    Evaluation,
    evaluate,
    model_reader,
    terms_of_methodology,
)

__all__ = [
    "ELEMENTS",
    "KINDS",
    "RULES",
    "Call",
    "Evaluation",
    "Searched",
    "evaluate",
    "model_reader",
    "search",
    "terms_of_methodology",
]
