"""The matching that routing does, over files: leads and accounts, or bare pairs of names; and how good it is."""

from upbeat.operations.matching.figures import Figures
from upbeat.operations.matching.files import Sheet
from upbeat.operations.matching.leads import Matched, Matches, match_leads, read_truth
from upbeat.operations.matching.pairs import Pair, Pairs, match_pairs
from upbeat.operations.tally import Tally

__all__ = [
    "Figures",
    "Matched",
    "Matches",
    "Pair",
    "Pairs",
    "Sheet",
    "Tally",
    "match_leads",
    "match_pairs",
    "read_truth",
]
