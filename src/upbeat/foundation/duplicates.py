"""Accounts and contacts that stand in the org several times."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import product
from random import Random
from string import ascii_lowercase
from typing import Final

from upbeat.base import host, plain
from upbeat.foundation.behind import behind
from upbeat.foundation.checks import Check, Look
from upbeat.foundation.deals import MOST_GROUPS
from upbeat.foundation.findings import MOST_RECORDS, Finding, Found, Interval, Measure, RecordAt, Unseen, Weight
from upbeat.foundation.ground import Ground
from upbeat.foundation.places import place
from upbeat.foundation.questions import Question, Row, Way, filled, portions
from upbeat.foundation.sameness import Company, Double, Person, called, companies, people
from upbeat.matching import desk
from upbeat.matching.phones import read as phone

READ: Final = 200_000
"""Records that are read and compared; of more accounts a sample is, of more contacts those that share an address."""

_MINUTES: Final = 5  # to look at a pair and merge it
_ADDRESS: Final = ("BillingStreet", "BillingPostalCode", "BillingCity", "BillingState", "BillingCountry")
_ACCOUNT: Final = ("Website", "Phone", *_ADDRESS, "Site", "ParentId", "DunsNumber", "IsPersonAccount", "PersonEmail")
_CONTACT: Final = ("FirstName", "LastName", "Email", "AccountId", "IsPersonAccount")
_STARTS: Final = tuple("".join(pair) for pair in product(ascii_lowercase, repeat=2))
_ADDRESSES: Final = 300  # shared ones, whose contacts are asked for
_ASKED: Final = 3  # queries that hold as many addresses, of 80 characters or fewer each
_SHARED: Final = (
    "SELECT Email, COUNT(Id) n FROM Contact WHERE Email != NULL GROUP BY Email HAVING COUNT(Id) > 1 "
    "ORDER BY COUNT(Id) DESC LIMIT :most"
)
_SHOWN: Final = 50  # names of a finding


def _accounts(ground: Ground) -> Look:
    if not ground.has("Account", "Name"):
        return Found(unseen=(ground.unseen("Account", "Name"),))
    whole = ground.count("Account")
    if whole is None:
        return Found(unseen=(ground.uncounted("Account"),))
    starts = _starts(ground, whole)
    fields = ("Id", "Name", *(one for one in _ACCOUNT if ground.has("Account", one)))
    text = f"SELECT {', '.join(fields)} FROM Account"  # noqa: S608  our own names
    asked = [_beginning(text, some) for some in portions(starts, lambda some: _beginning(text, some))] or [text]
    rows = max(1, min(whole, READ))
    answers = yield [Question(Way.QUERY, one, rows=-(-rows // len(asked)), kept=rows <= MOST_RECORDS) for one in asked]
    if denied := next((one.denied for one in answers if one.denied), ""):
        return Found(unseen=(Unseen("Account", "Name", denied),))
    read = [_company(row) for one in answers for row in one.rows]
    doubles = companies(read)
    once = len(read) - doubles.surplus
    says = f"{once:,} of {len(read):,} accounts stand once"
    if doubles.branches:
        says += f"; {doubles.branches:,} share a name and sit elsewhere, as branches do"
    if not starts:
        measure = Measure(ACCOUNTS.name, once, len(read), says, scores=False)
        findings = _findings(ACCOUNTS, "Account", "Name", ("company", "companies"), doubles.found, len(read))
        return Found(findings, (measure,))
    several = {each.id for one in doubles.found for each in one.records}
    again = {each.id for one in doubles.found for each in one.records[1:]}
    says += f"; read were those of {whole:,} whose name begins with one of {len(starts)} pairs of letters, drawn by lot"
    measure = Measure(
        ACCOUNTS.name, once, len(read), says, _share(read, starts, {one.id for one in read} - again), scores=False
    )
    findings = _findings(ACCOUNTS, "Account", "Name", ("company", "companies"), doubles.found, len(read))
    sampled = _share(read, starts, several)
    return Found(tuple(_estimated(one, whole, len(read), sampled) for one in findings), (measure,))


def _starts(ground: Ground, whole: int) -> list[str]:
    """Draw the beginnings of names whose accounts are read, where there are too many for all of them.

    Accounts that begin alike are all in, so that no pair is torn apart, as it would be among accounts drawn one by one;
    and what a name begins with says nothing of when or by whom it was entered, as the order of ids would.
    """
    if whole <= READ:
        return []
    number = max(1, len(_STARTS) * READ // whole)
    return sorted(Random(ground.org.id).sample(_STARTS, number))  # noqa: S311  a sample, the same in every audit


def _beginning(text: str, starts: Sequence[str]) -> str:
    return f"{text} WHERE " + " OR ".join(f"Name LIKE '{start}%'" for start in starts)


def _share(read: Sequence[Company], starts: Sequence[str], some: Collection[str]) -> Interval:
    """Give the interval of the share of some records, by their ids: what was drawn are the beginnings of names."""
    whole = Counter(dict.fromkeys(starts, 0))
    whole.update(one.name[:2].casefold() for one in read)
    part = Counter(one.name[:2].casefold() for one in read if one.id in some)
    return Interval.over([(part[start], number) for start, number in whole.items()], len(_STARTS))


def _estimated(finding: Finding, whole: int, read: int, sampled: Interval) -> Finding:
    count = round(whole * finding.count / max(1, read))
    says = f"About {count:,} of {whole:,} accounts are doubles: {finding.count:,} of {read:,} that were read."
    minutes = round(finding.minutes * count / max(1, finding.count))
    return replace(finding, says=says, count=count, of=whole, minutes=minutes, sampled=sampled)


def _contacts(ground: Ground) -> Look:
    if not ground.has("Contact", "Email"):
        return Found(unseen=(ground.unseen("Contact", "Email"),))
    whole = ground.count("Contact")
    if whole is None:
        return Found(unseen=(ground.uncounted("Contact"),))
    text = f"SELECT {', '.join(('Id', 'Name', *(one for one in _CONTACT if ground.has('Contact', one))))} FROM Contact"  # noqa: S608
    if whole > READ:
        return (yield from _by_address(text, whole))
    rows = max(1, whole)
    [answer] = yield (Question(Way.QUERY, text, rows=rows, kept=rows <= MOST_RECORDS),)
    if answer.denied:
        return Found(unseen=(Unseen("Contact", "Email", answer.denied),))
    read = [_person(row) for row in answer.rows if not row.get("IsPersonAccount")]
    doubles = people(read)
    once = len(read) - doubles.surplus
    measure = Measure(CONTACTS.name, once, len(read), f"{once:,} of {len(read):,} contacts stand once", scores=False)
    return Found(_findings(CONTACTS, "Contact", "Email", ("person", "people"), doubles.found, len(read)), (measure,))


def _by_address(text: str, whole: int) -> Look:
    """Compare the contacts of a large org by their address alone: the org itself finds those that share one."""
    [shared] = yield (Question(Way.QUERY, filled(_SHARED, most=MOST_GROUPS), rows=MOST_GROUPS),)
    if shared.denied:
        return Found(unseen=(Unseen("Contact", "Email", shared.denied),))
    by_email = {row["Email"]: row["n"] for row in shared.rows if not desk(row["Email"])}
    surplus = sum(by_email.values()) - len(by_email)
    says = f"{whole - surplus:,} of {whole:,} contacts have an address of their own; names were not compared"
    measure = Measure(CONTACTS.name, whole - surplus, whole, says, scores=False)
    if not by_email:
        return Found(measures=(measure,))
    some = yield from behind("Contact", "Email", *_of_addresses(text, list(by_email)[:_ADDRESSES]))
    doubles = people([_person(row) for row in some.rows])
    findings = _findings(CONTACTS, "Contact", "Email", ("person", "people"), doubles.found, whole)
    count = surplus + len(by_email)
    says = f"{count:,} of {whole:,} contacts share their email with another: {len(by_email):,} addresses."
    told = tuple(replace(one, says=says, count=count, minutes=_MINUTES * surplus) for one in findings)
    return Found(told, (measure,), some.unseen)


def _of_addresses(text: str, emails: Sequence[str]) -> Iterable[Question]:
    def query(some: Sequence[str]) -> str:
        return filled(f"{text} WHERE Email IN :emails ORDER BY Email LIMIT {MOST_RECORDS}", emails=list(some))

    return [Question(Way.QUERY, query(some), rows=MOST_RECORDS) for some in portions(emails, query)]


def _findings(
    check: Check,
    name: str,
    field: str,
    kind: tuple[str, str],
    found: Sequence[Double[Company]] | Sequence[Double[Person]],
    whole: int,
) -> tuple[Finding, ...]:
    """Give one finding of all that stand several times, or none."""
    if not found:
        return ()
    count, kinds = sum(len(one.records) for one in found), kind[len(found) > 1]
    ids = [each.id for one in found for each in one.records][:_ADDRESSES]
    names = tuple(dict.fromkeys(each.name for one in found for each in one.records))
    return (
        Finding(
            check=check.name,
            key=f"{check.name}:{name}.{field}",
            weight=Weight.MEDIUM,
            says=f"{count:,} of {whole:,} {name.lower()}s are {len(found):,} {kinds} entered more than once.",
            object=name,
            fields=(field,),
            count=count,
            of=whole,
            fix=f"Merge each into the one with the history, and turn on a duplicate rule for {name.lower()}s.",
            minutes=_MINUTES * (count - len(found)),
            queries=(filled(f"SELECT Id, Name FROM {name} WHERE Id IN :ids ORDER BY Name", ids=ids),),  # noqa: S608
            records=tuple(_records(name, found))[:MOST_RECORDS],
            values=names[:_SHOWN],
        ),
    )


def _records(name: str, found: Iterable[Double[Company] | Double[Person]]) -> Iterable[RecordAt]:
    for one in found:
        first = one.records[0]
        for each in one.records:
            other = one.records[1] if each is first else first
            yield RecordAt(each.id, name, each.name, f"as {other.name} ({other.id}): {one.why}")


def _company(row: Row) -> Company:
    key, form = called(row["Name"] or "")
    person = bool(row.get("IsPersonAccount"))
    email = plain(row.get("PersonEmail") or "")
    return Company(
        id=row["Id"],
        name=row["Name"] or "",
        key=key,
        form=form,
        host=email if person else host(row.get("Website") or ""),
        phone=phone(row.get("Phone") or ""),
        place=place(*(row.get(one) or "" for one in _ADDRESS)),
        site=row.get("Site") or "",
        parent=row.get("ParentId") or "",
        number=row.get("DunsNumber") or "",
        person=person,
    )


def _person(row: Row) -> Person:
    name = " ".join(filter(None, (row.get("FirstName"), row.get("LastName")))) or row["Name"] or ""
    return Person(
        id=row["Id"],
        name=name,
        key=" ".join(plain(name).replace(".", " ").replace("-", " ").split()),
        email=plain(row.get("Email") or ""),
        account=row.get("AccountId") or "",
    )


ACCOUNTS = Check("duplicate-accounts", "Accounts that are one company entered twice", _accounts)
CONTACTS = Check("duplicate-contacts", "Contacts that are one person entered twice", _contacts, lambda _: _ASKED)
CHECKS = (ACCOUNTS, CONTACTS)
