"""What the org has of a record, as values: accounts that may be its own, its contact, records of the same person.

From these alone it is decided which account it is, so that it can be decided again from the ledger.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from upbeat.domain import Record
from upbeat.matching import Choice, Considered, Marks, Verdict, choose
from upbeat.routing.known import Double, Known, Match
from upbeat.workflows import Matching

_NOTHING = Known()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found of a record. `lacks` says what could not be asked, in words.

    `doubles` are open leads that came before it, and contacts; `more` are as many that say nothing else.
    """

    accounts: tuple[Considered, ...] = ()
    contact: Double | None = None
    doubles: tuple[Double, ...] = ()
    more: int = 0
    lacks: str = ""

    def choice(self, matching: Matching) -> Choice:
        """Choose the account among those that may be it."""
        return choose(self.accounts, Marks(matching.certain, matching.doubtful))

    def known(self, matching: Matching | None, besides: Known = _NOTHING) -> Known:
        """Give what routing knows by it, with what it knows `besides`; a pool may look for no account."""
        if matching is None:
            return besides
        found = self.choice(matching)
        is_doubt = found.verdict is Verdict.DOUBT
        which = found.candidates if is_doubt else found.candidates[:1]
        accounts = tuple(Match(one.record, one.stands if is_doubt else found.why, one.likeness.score) for one in which)
        doubt = found.why if is_doubt else ""
        return replace(
            besides, accounts=accounts, doubt=doubt, contact=self.contact, doubles=self.doubles, more=self.more
        )

    def with_owners(self, owners: Mapping[str, Record]) -> "Found":
        """Give it with the owners that its doubles got meanwhile, by their ids: `OwnerId` and `Owner`."""
        if not any(one.record["Id"] in owners for one in self.doubles):
            return self
        doubles = (replace(one, record={**one.record, **owners.get(one.record["Id"], {})}) for one in self.doubles)
        return replace(self, doubles=tuple(doubles))
