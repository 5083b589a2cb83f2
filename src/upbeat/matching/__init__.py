"""When two records speak of the same company, or of the same person: pure, and told field by field."""

from upbeat.matching.comparing import compare, score
from upbeat.matching.likeness import EVERY, Agreement, Likeness, Way
from upbeat.matching.persons import compare_people, desk
from upbeat.matching.rarity import NEUTRAL, Rarity
from upbeat.matching.told import ACCOUNT, CONTACT, LEAD, Fields, Told, told

__all__ = [
    "ACCOUNT",
    "CONTACT",
    "EVERY",
    "LEAD",
    "NEUTRAL",
    "Agreement",
    "Fields",
    "Likeness",
    "Rarity",
    "Told",
    "Way",
    "compare",
    "compare_people",
    "desk",
    "score",
    "told",
]
