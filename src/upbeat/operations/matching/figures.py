"""How good a matching is, where people labelled what is right: precision, recall and F1, and what is held beside it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tally:
    """What was decided, against what is right: `right` and `wrong` answers, and right answers that were `missed`."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float | None:
        """The right share of the answers, from 0 to 1; None without any."""
        given = self.right + self.wrong
        return self.right / given if given else None

    @property
    def recall(self) -> float | None:
        """The share of what there was to find that was found, from 0 to 1; None where there was nothing."""
        there = self.right + self.missed
        return self.right / there if there else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of both; None where one is missing."""
        whole = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / whole if whole and self.precision is not None and self.recall is not None else None


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
