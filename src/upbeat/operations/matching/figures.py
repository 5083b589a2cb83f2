"""How good a matching is, where people labelled what is right, and what is held beside it."""

from dataclasses import dataclass

from upbeat.operations.tally import Tally


@dataclass(frozen=True, slots=True)
class Figures:
    """Three readings of one matching, and the leads that have no right answer on their own.

    `certain`: what is decided alone; a doubt goes to a person, and counts as missed. `settled`: doubts too, where each
    person chooses the right one if it is among the candidates, and none else. `likeliest`: no person, the best
    candidate from the lower mark on.
    """

    certain: Tally
    settled: Tally
    likeliest: Tally
    doubts: int
    doubts_right: int  # that have the right answer among their candidates
    without: int  # leads that have no right answer
    without_matched: int  # of these, wrongly matched
    without_doubts: int  # of these, that a person is asked about
