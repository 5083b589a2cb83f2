"""The org's accounts in memory, to find the one that a record belongs to. Nothing of them is stored.

The first read takes them all, `PAGE` at a time in the order of their ids, so that one which is cut off goes on where it
was; beyond 2,000 rows the client reads by a job of the Bulk API. After that one query brings what changed since, the
deleted and the merged with it: what is found is at most `FRESH` older than the org, and that a record has none is said
of this very moment. Of accounts that may not be read, or that are more than `MOST`, none are kept, and each batch asks
the org for exact keys instead.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple
from datetime import datetime, timedelta
from itertools import chain
from typing import Final

import structlog

from upbeat.base import Clock
from upbeat.domain import Record
from upbeat.engine import exact_keys
from upbeat.intake import OVERLAP, Query
from upbeat.matching import ACCOUNT, Candidate, Index, Told
from upbeat.salesforce import Rejected, on_account
from upbeat.schema import Schema, SchemaError

MOST: Final = 1_500_000
"""Accounts that are kept in memory: some 900 megabytes."""

PAGE: Final = 100_000
"""Accounts of one query of the first read: some 100 megabytes, given back after each."""

FRESH: Final = timedelta(seconds=10)
"""So long what changed is not asked for again."""

_NOW: Final = timedelta(0)
_BIN: Final = timedelta(days=10)  # the recycle bin tells what was deleted for 15 days: later all is read anew
_ASK_AGAIN: Final = timedelta(hours=1)  # where the accounts may not be read, or are too many

log = structlog.get_logger()

Look = Callable[[Index, Told], tuple[Candidate, ...]]


class Directory:
    """The accounts of one org. Not for several threads at once."""

    def __init__(self, query: Query, clock: Clock, schema: Callable[[], Schema], most: int = MOST) -> None:
        """Read nothing yet; `schema` says which fields accounts have."""
        self._query = query
        self._clock = clock
        self._schema = schema
        self._most = most
        self._index = Index(ACCOUNT)
        self._fields: tuple[str, ...] = ()
        self._last = ""  # the id up to which the first read has come
        self._since: datetime | None = None  # when what is in memory was read, or began to be
        self._is_whole = False
        self._came = 0  # accounts that said something new since all were read
        self._why_not = ""  # in memory, where they are not
        self._asked_at: datetime | None = None

    def near(self, people: Mapping[str, Told], look: Look) -> tuple[Mapping[str, tuple[Candidate, ...]], str]:
        """Give the accounts that each record may belong to, and what was not looked at, as `around` says it.

        An account is often made a moment before its first lead: where a record finds none, what changed since is asked
        for once more, even if it is fresh.
        """
        read_at = self._since
        index, lacks = self.around(list(people.values()))
        found = {key: look(index, one) for key, one in people.items()}
        lost = [people[key] for key, some in found.items() if not some]
        if lost and not lacks and self._since is read_at:  # else it was read this very moment
            came = self._came
            index, lacks = self.around(lost, _NOW)
            if lacks or self._came > came:
                found = {key: some or look(index, people[key]) for key, some in found.items()}
        return found, lacks

    def around(self, people: Sequence[Told], fresh: timedelta = FRESH) -> tuple[Index, str]:
        """Give an index that has the accounts of these records, and what it lacks, in words; nothing where it is whole.

        What changed is asked for where that was so long ago. Raises SalesforceError where the org does not answer.
        """
        with on_account(""):  # every workflow needs them
            if self._is_kept(self._clock.now(), fresh):
                return self._index, ""
        return Index.of(
            self._by_keys(people), ACCOUNT
        ), f"accounts were looked for by exact keys alone: {self._why_not}"

    def _by_keys(self, people: Sequence[Told]) -> Sequence[Record]:
        fields = fields_of(self._schema(), "Account", _NAMED)
        try:
            return exact_keys.accounts(self._query, fields, people) if "Name" in fields else ()
        except Rejected:  # they may not be read at all, which is said
            return ()

    def _is_kept(self, now: datetime, fresh: timedelta) -> bool:
        """See to it that the accounts are in memory and fresh; give whether they are."""
        if self._why_not and self._asked_at is not None and now - self._asked_at < _ASK_AGAIN:
            return False
        fields = fields_of(self._schema(), "Account", _NAMED)
        if "Name" not in fields:
            self._give_up(now, "the reading connection may not read the names of accounts")
            return False
        since = self._since
        if fields != self._fields or since is None or now - since > _BIN:
            self._begin(fields)
            self._since = since = now
        try:
            if not self._is_whole:
                self._read()
            elif now - since >= fresh:
                self._catch_up(since)
                self._since = now
        except Rejected as error:
            self._give_up(now, f"the org's accounts may not be read: {error.what}")
        return not self._why_not

    def _begin(self, fields: tuple[str, ...]) -> None:
        self._index, self._fields, self._since = Index(ACCOUNT), fields, None
        self._last, self._is_whole, self._why_not = "", False, ""

    def _give_up(self, now: datetime, why: str) -> None:
        log.warning("accounts are not kept in memory", why=why)
        self._begin(())
        self._why_not, self._asked_at = why, now

    def _read(self) -> None:
        """Read all accounts, or those that were not read before something went wrong."""
        text = f"SELECT {', '.join(self._fields)} FROM Account WHERE Id > :last ORDER BY Id LIMIT {PAGE}"  # noqa: S608
        while not self._is_whole:
            rows = self._query(text, {"last": self._last or "0" * 18})
            if len(self._index) + len(rows) > self._most:
                self._give_up(self._clock.now(), f"the org has more than {self._most:,} accounts")
                return
            self._index.put(rows)
            self._last = rows[-1]["Id"] if rows else self._last
            self._is_whole = len(rows) < PAGE
            if not self._is_whole:  # one page is read before anybody asks how far it is
                log.info("accounts read", accounts=len(self._index), whole=self._is_whole)

    def _catch_up(self, since: datetime) -> None:
        """Read what changed since: the deleted and the merged leave, for a merge deletes all but one."""
        fields = ", ".join((*self._fields, "IsDeleted"))
        text = f"SELECT {fields} FROM Account WHERE SystemModstamp >= :since ORDER BY Id ALL ROWS"  # noqa: S608
        rows = self._query(text, {"since": since - OVERLAP})
        self._index.drop(row["Id"] for row in rows if row["IsDeleted"])
        self._came += self._index.put(row for row in rows if not row["IsDeleted"])


def fields_of(schema: Schema, name: str, wanted: Iterable[str]) -> tuple[str, ...]:
    """Give those of these fields and paths that an object has for the reading connection, its id first."""
    return ("Id", *(one for one in dict.fromkeys(wanted) if one != "Id" and _has(schema, name, one)))


def _has(schema: Schema, name: str, path: str) -> bool:
    try:
        schema.path(name, path)
    except SchemaError:
        return False
    return True


_NAMED: Final[tuple[str, ...]] = tuple(chain.from_iterable(astuple(ACCOUNT)))
