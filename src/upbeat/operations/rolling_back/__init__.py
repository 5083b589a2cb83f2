"""Taking writes back: which, whether they can be, and the order that goes the way of every proposal."""

from upbeat.operations.rolling_back.asking import Asked, preview, roll_back
from upbeat.operations.rolling_back.choosing import Pattern
from upbeat.operations.rolling_back.weighing import Reversal, Reversible

__all__ = ["Asked", "Pattern", "Reversal", "Reversible", "preview", "roll_back"]
