"""Which account each lead of a file belongs to: as routing finds it, with its reasons, and held against labels."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from upbeat.base import Broken
from upbeat.matching import EVERY, Told, Way, told
from upbeat.matching.choosing import Choice, Considered, Marks, Verdict, choose
from upbeat.matching.index import Index
from upbeat.operations.house import Refused
from upbeat.operations.matching.figures import Figures
from upbeat.operations.matching.files import Sheet, opened
from upbeat.operations.tally import Tally

_OFTEN: Final = 100  # leads after which is said how far it is
TRUTH: Final = ("lead", "account")
"""What the columns of labels are called, where nobody says otherwise: the lead's id, and its account's."""


@dataclass(frozen=True)
class Matched:
    """A lead and what its candidates came to, best first."""

    id: str
    lead: Mapping[str, str]
    told: Told
    choice: Choice
    near: Sequence[Considered]  # all that were looked at, those below the lower mark too
    right: frozenset[str] | None = None  # the accounts that people say it belongs to; None where nobody said

    @property
    def account(self) -> str:
        """The id of the account that it belongs to for certain; empty where it has none, or a person chooses."""
        return self.choice.candidates[0].id if self.choice.verdict is Verdict.SAME else ""


@dataclass(frozen=True)
class Matches:
    """All leads of a file; `figures` where labels say what is right."""

    leads: Sequence[Matched]
    accounts: int
    marks: Marks
    figures: Figures | None = None

    def of(self, verdict: Verdict) -> list[Matched]:
        """Give the leads that came to one verdict."""
        return [one for one in self.leads if one.choice.verdict is verdict]


def match_leads(
    leads: Sheet,
    accounts: Sheet,
    marks: Marks,
    ways: AbstractSet[Way] = EVERY,
    truth: Mapping[str, frozenset[str]] | None = None,
    said: Callable[[str], None] = lambda _: None,
) -> Matches:
    """Match leads with accounts; `said` is told how far it is. `truth` gives the right accounts by lead."""
    said("indexing accounts")
    index = Index.of(accounts.rows, accounts.of)
    rows = {row["Id"]: row for row in accounts.rows}
    name = accounts.columns.get("company", "")
    found = list[Matched]()
    for number, lead in enumerate(leads.rows):
        if number % _OFTEN == 0:
            said(f"{number:,} of {len(leads.rows):,} leads")
        one = told(lead, leads.of)
        near = index.find(one, ways=ways)
        considered = [
            Considered({"Name": rows[each.record_id].get(name, ""), **rows[each.record_id]}, each.likeness, each.via)
            for each in near
        ]
        right = truth.get(lead["Id"]) if truth is not None else None
        found.append(Matched(lead["Id"], lead, one, choose(considered, marks), considered, right))
    return Matches(found, len(accounts.rows), marks, _figures(found) if truth is not None else None)


def read_truth(path: Path, columns: Sequence[str] = TRUTH) -> dict[str, frozenset[str]]:
    """Read which account each lead belongs to: an empty cell says that it has none; several rows, one of several.

    A file of two columns needs no names. Raises CsvError, and Refused where a column is missing.
    """
    file = opened(path)
    if columns == TRUTH and len(file.header) == len(TRUTH):
        columns = file.header  # there is nothing else that they could be
    if missing := [one for one in columns if one not in file.header]:
        raise Refused(
            f"there is no column {missing[0]!r}: it has {', '.join(file.header)}",
            where=str(path),
            fix="Name the columns of the lead's and the account's id: --truth-columns lead,account.",
        )
    lead, account = (file.header.index(one) for one in columns)
    found = defaultdict[str, set[str]](set)
    for row in file:
        if not isinstance(row, Broken):
            found[row.cells[lead]] |= {row.cells[account]} - {""}
    return {one: frozenset(those) for one, those in found.items()}


def _figures(leads: Iterable[Matched]) -> Figures:
    labelled = [one for one in leads if one.right is not None]
    doubts = [one for one in labelled if one.choice.verdict is Verdict.DOUBT]
    without = [one for one in labelled if not one.right]
    return Figures(
        certain=_tally(labelled, lambda one: one.account),
        settled=_tally(labelled, _settled),
        likeliest=_tally(labelled, lambda one: next((each.id for each in one.choice.candidates), "")),
        doubts=len(doubts),
        doubts_right=sum(bool(_settled(one)) for one in doubts),
        without=len(without),
        without_matched=sum(bool(one.account) for one in without),
        without_doubts=sum(one.choice.verdict is Verdict.DOUBT for one in without),
    )


def _settled(one: Matched) -> str:
    """Give what a person makes of a doubt who knows the right account: that one if it is there, else none."""
    if one.choice.verdict is not Verdict.DOUBT:
        return one.account
    return next((each.id for each in one.choice.candidates if each.id in (one.right or ())), "")


def _tally(leads: Sequence[Matched], answer: Callable[[Matched], str]) -> Tally:
    answers = [(answer(one), one.right or frozenset()) for one in leads]
    right = sum(given in those for given, those in answers if given)
    return Tally(
        right=right,
        wrong=sum(given not in those for given, those in answers if given),
        missed=sum(bool(those) for _, those in answers) - right,
    )
