"""Taking writes back: which, whether they can be, and the order that goes the way of every proposal."""

from upbeat.operations.rolling_back.ahead import ROLLBACK, Ahead, begin_rollback, look_ahead
from upbeat.operations.rolling_back.asking import Asked, preview, roll_back
from upbeat.operations.rolling_back.choosing import Pattern
from upbeat.operations.rolling_back.weighing import Reversal, Reversible

__all__ = [
    "ROLLBACK",
    "Ahead",
    "Asked",
    "Pattern",
    "Reversal",
    "Reversible",
    "begin_rollback",
    "look_ahead",
    "preview",
    "roll_back",
]
