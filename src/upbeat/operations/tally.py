"""How good answers are, where people labelled what is right: precision, recall and F1."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tally:
    """What was decided, against what is right: `right` and `wrong` answers, and right answers that were `missed`."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Add up two of them."""
        return Tally(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

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
