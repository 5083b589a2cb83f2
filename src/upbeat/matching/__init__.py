"""When two records speak of the same company, or of the same person: pure, and told field by field."""

from upbeat.matching.choosing import Choice, Considered, Marks, Verdict, choose, percent
from upbeat.matching.comparing import compare, score
from upbeat.matching.folding import latin
from upbeat.matching.index import Candidate, Index, Via
from upbeat.matching.likeness import EVERY, Agreement, Likeness, Way
from upbeat.matching.persons import compare_people, desk
from upbeat.matching.rarity import NEUTRAL, Rarity
from upbeat.matching.standing import Facts, Standing, standings
from upbeat.matching.told import ACCOUNT, CONTACT, LEAD, Fields, Told, told

__all__ = [
    "ACCOUNT",
    "CONTACT",
    "EVERY",
    "LEAD",
    "NEUTRAL",
    "Agreement",
    "Candidate",
    "Choice",
    "Considered",
    "Facts",
    "Fields",
    "Index",
    "Likeness",
    "Marks",
    "Rarity",
    "Standing",
    "Told",
    "Verdict",
    "Via",
    "Way",
    "choose",
    "compare",
    "compare_people",
    "desk",
    "latin",
    "percent",
    "score",
    "standings",
    "told",
]
