"""Whose records are: of people who have left, whose records nobody works on; and of sellers who have no deal at all."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from upbeat.base import plain
from upbeat.foundation.behind import behind
from upbeat.foundation.checks import Check, Look
from upbeat.foundation.deals import DEAL, MOST_GROUPS, first_of, worth
from upbeat.foundation.findings import Exhibit, Finding, Found, Measure, RecordAt, Unseen, Weight
from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import Question, Row, Way, filled

GONE: Final = "OwnerId IN (SELECT Id FROM User WHERE IsActive = FALSE)"
_MINUTES: Final = 10  # to choose who follows one owner, and hand over
_AT_A_TIME: Final = 200  # records that are handed over in one go
_NOBODY: Final[Row] = {}
_NAMED: Final = 500  # users whom one query names: it holds 16,000 characters
_PEERS: Final = 3  # people of a kind who own deals, from which the kind sells
_SHARE: Final = 0.7  # of them, at least
_NO_SELLER: Final = re.compile(
    r"\b(admin|administrator|analytics|api|automated|automation|bot|integration|sync|system)\b"
)


@dataclass(frozen=True, slots=True)
class _Owned:
    """Records that somebody should be working on: those for which `where` holds, `many` in words."""

    object: str
    where: str
    many: str
    weight: Weight

    @property
    def condition(self) -> str:
        return f"{self.where} AND {GONE}" if self.where else GONE

    @property
    def whole(self) -> Question:
        where = f" WHERE {self.where}" if self.where else ""
        return Question(Way.COUNT, f"SELECT COUNT() FROM {self.object}{where}")  # noqa: S608  our own names

    def by_owner(self, *, worth: bool) -> Question:
        sums = ", SUM(Amount) worth" if worth else ""
        text = f"SELECT OwnerId, Owner.Name person, COUNT(Id) n{sums} FROM {self.object} WHERE {self.condition} "  # noqa: S608
        return Question(
            Way.QUERY,
            f"{text}GROUP BY OwnerId, Owner.Name ORDER BY COUNT(Id) DESC LIMIT {MOST_GROUPS}",
            rows=MOST_GROUPS,
        )


_OWNED: Final = (
    _Owned(DEAL, "IsClosed = FALSE", "open deals", Weight.HIGH),
    _Owned("Lead", "IsConverted = FALSE", "unconverted leads", Weight.HIGH),
    _Owned("Account", "", "accounts", Weight.MEDIUM),
    _Owned("Contact", "", "contacts", Weight.MEDIUM),
)


def _inactive(ground: Ground) -> Look:
    there = [one for one in _OWNED if ground.has(one.object, "OwnerId") and ground.has("User", "IsActive")]
    if not there:
        return Found(unseen=(ground.unseen("User", "IsActive"),))
    asked = [(one.whole, one.by_owner(worth=one.object == DEAL and ground.has(DEAL, "Amount"))) for one in there]
    answers = yield [question for pair in asked for question in pair]
    findings, measures, table = list[Finding](), list[Measure](), list[tuple[str, str, int]]()
    unseen = [ground.unseen(one.object, "OwnerId") for one in _OWNED if one not in there]
    for number, one in enumerate(there):
        whole, owners = answers[2 * number : 2 * number + 2]
        if denied := whole.denied or owners.denied:
            unseen.append(Unseen(one.object, "OwnerId", denied))
            continue
        rows = tuple(owners.rows)
        count = sum(row["n"] for row in rows)
        says = f"{whole.total - count:,} of {whole.total:,} {one.many} belong to somebody who is active"
        measures.append(Measure(f"{INACTIVE.name}/{one.object}", whole.total - count, whole.total, says))
        table += [(one.many, row["person"] or row["OwnerId"], row["n"]) for row in rows]
        if count:
            query = f"SELECT Id, Name, Owner.Name FROM {one.object} WHERE {one.condition} ORDER BY OwnerId, Id"  # noqa: S608
            some = yield from behind(one.object, "OwnerId", first_of(query, count))
            unseen += some.unseen
            findings.append(_left_with(one, rows, count, whole.total, query, some.rows))
    exhibits = (_by_owner(tuple(table)),) if table else ()
    return Found(tuple(findings), tuple(measures), tuple(unseen), exhibits)


def _left_with(one: _Owned, owners: Sequence[Row], count: int, whole: int, query: str, some: Iterable[Row]) -> Finding:
    names = [row["person"] or row["OwnerId"] for row in owners]
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3:,} more" if len(names) > 3 else "")
    amount = sum((worth(row.get("worth")) for row in owners), Decimal()) if "worth" in (owners[0] or ()) else None
    return Finding(
        check=INACTIVE.name,
        key=f"{INACTIVE.name}:{one.object}.OwnerId",
        weight=one.weight,
        says=f"{count:,} of {whole:,} {one.many} {'belongs' if count == 1 else 'belong'} to people who are "
        f"not active: {shown}.",
        object=one.object,
        fields=("OwnerId",),
        count=count,
        of=whole,
        fix="Give them to those who follow each, and hand over what people own before they are deactivated.",
        minutes=_MINUTES * len(names) + count // _AT_A_TIME,
        queries=(query,),
        records=tuple(
            RecordAt(row["Id"], one.object, row["Name"] or "", f"belongs to {_owner(row)}, who is not active")
            for row in some
        ),
        values=tuple(names),
        amount=amount,
    )


def _owner(row: Row) -> str:
    owner: Row = row.get("Owner") or _NOBODY
    return owner.get("Name") or "somebody"


def _by_owner(table: Sequence[tuple[str, str, int]]) -> Exhibit:
    says = "Records of people who are not active: each row is handed over in one go."
    return Exhibit(
        f"{INACTIVE.name}/owners", "What people who left still own", says, ("What", "Owner", "Records"), table
    )


def _without_deals(ground: Ground) -> Look:
    if not ground.has("User", "IsActive") or not ground.has(DEAL, "OwnerId"):
        return Found(unseen=(ground.unseen("User" if ground.has(DEAL, "OwnerId") else DEAL, ""),))
    fields = [
        "Id",
        "Name",
        "Username",
        *(one for one in ("Title", "ManagerId", "UserRoleId") if ground.has("User", one)),
    ]
    more = ["ProfileId", "Profile.Name"] if ground.has("User", "ProfileId") else []
    kind = " AND UserType = 'Standard'" if ground.has("User", "UserType") else ""
    people = f"SELECT {', '.join(fields + more)} FROM User WHERE IsActive = TRUE{kind} ORDER BY Id"  # noqa: S608
    owners = f"SELECT OwnerId, COUNT(Id) n FROM {DEAL} GROUP BY OwnerId ORDER BY COUNT(Id) DESC LIMIT {MOST_GROUPS}"  # noqa: S608
    there = ground.count("User")
    if there is None:
        return Found(unseen=(ground.uncounted("User"),))
    users, owning = yield (
        Question(Way.QUERY, people, rows=max(1, there)),
        Question(Way.QUERY, owners, rows=MOST_GROUPS),
    )
    if denied := users.denied or owning.denied:
        return Found(unseen=(Unseen("User", "", denied),))
    sellers = {row["OwnerId"] for row in owning.rows}
    if len(sellers) >= MOST_GROUPS:
        why = f"{MOST_GROUPS:,} people or more own deals, and the org tells no more of them in one answer"
        return Found(unseen=(Unseen(DEAL, "OwnerId", why),))
    idle, of = idle_sellers(tuple(users.rows), sellers)
    says = f"{of - len(idle):,} of {of:,} people who sell own a deal"
    measure = Measure(WITHOUT_DEALS.name, of - len(idle), of, says, scores=False)
    if not idle:
        return Found(measures=(measure,))
    finding = Finding(
        check=WITHOUT_DEALS.name,
        key=f"{WITHOUT_DEALS.name}:User.Id",
        weight=Weight.LOW,
        says=f"{len(idle):,} of {of:,} people who sell {'owns' if len(idle) == 1 else 'own'} no deal, "
        "where those like them do.",
        object="User",
        fields=("Id",),
        count=len(idle),
        of=of,
        fix="Give each a territory and deals, or deactivate the user and free the licence.",
        minutes=_MINUTES * len(idle),
        queries=(_still_without(row["Id"] for row, _ in idle),),
        records=tuple(RecordAt(row["Id"], "User", row["Name"], f"owns no deal; {why}") for row, why in idle),
        values=tuple(row["Name"] for row, _ in idle),
    )
    return Found((finding,), (measure,))


def _still_without(ids: Iterable[str]) -> str:
    """Give the query of those of these users who own no deal."""
    text = f"SELECT Id, Name, Username FROM User WHERE Id IN :ids AND Id NOT IN (SELECT OwnerId FROM {DEAL})"  # noqa: S608
    return filled(text, ids=list(ids)[:_NAMED])


def idle_sellers(users: Sequence[Row], owners: Iterable[str]) -> tuple[list[tuple[Row, str]], int]:
    """Give the people who sell and own no deal, each with why they are taken for sellers, and how many sell in all.

    Somebody sells whose role, else title, else profile is that of people of whom most own deals. Administrators,
    integrations and managers of others are none of them.
    """
    owning, managers = set(owners), {row.get("ManagerId") for row in users}
    kinds = defaultdict[tuple[str, str], list[Row]](list)
    for row in users:
        if row["Id"] in owning or not (row["Id"] in managers or _NO_SELLER.search(_about(row))):
            kinds[_kind(row)].append(row)
    idle, whole = list[tuple[Row, str]](), 0
    for (what, _), alike in kinds.items():
        selling = sum(row["Id"] in owning for row in alike)
        if what and selling >= _PEERS and selling >= _SHARE * len(alike):
            whole += len(alike)
            why = f"{selling:,} of {len(alike):,} with this {what} do"
            idle += [(row, why) for row in alike if row["Id"] not in owning]
    return idle, whole


def _kind(row: Row) -> tuple[str, str]:
    """Give what tells somebody's work: the role, else the title, else the profile."""
    told: Mapping[str, str | None] = {
        "role": row.get("UserRoleId"),
        "title": plain(row.get("Title") or ""),
        "profile": row.get("ProfileId"),
    }
    return next(((what, value) for what, value in told.items() if value), ("", ""))


def _about(row: Row) -> str:
    profile: Row = row.get("Profile") or _NOBODY
    told = (row["Name"], row.get("Username"), profile.get("Name"), row.get("Title"))
    text = " ".join(one for one in told if one)
    return re.sub(r"[^a-z]+", " ", plain(text))


INACTIVE = Check("inactive-owners", "Records of people who are not active", _inactive, lambda _: len(_OWNED))
WITHOUT_DEALS = Check("people-without-deals", "People who sell and own no deal", _without_deals)
CHECKS = (INACTIVE, WITHOUT_DEALS)
