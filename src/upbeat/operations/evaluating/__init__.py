"""How well talk is read: an extractor over calls that people labelled, and how good each part of it is."""

from upbeat.operations.evaluating.labels import ELEMENTS
from upbeat.operations.evaluating.running import KINDS, Call, Evaluation, evaluate

__all__ = ["ELEMENTS", "KINDS", "Call", "Evaluation", "evaluate"]
