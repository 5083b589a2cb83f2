"""Which records are one company or one person entered twice: a name that is the same, and evidence that agrees.

Two accounts of one name are one company unless something speaks against it: different places are branches, a parent
and its child are meant, and different websites, legal forms or D-U-N-S numbers are different companies. Nothing is
concluded from names that are only alike, but where the website, the phone or the house is the same as well.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Final, Generic, TypeVar

from upbeat.base import name_and_form, plain
from upbeat.foundation.places import Place, same_place
from upbeat.foundation.spelling import misspelt
from upbeat.foundation.vocabularies import known_words
from upbeat.matching import desk
from upbeat.matching.words import PLACEHOLDERS

_AND: Final = frozenset({"e", "en", "et", "und", "y"})
_EVIDENCE: Final = ("host", "phone", "house")
_PLURAL: Final = 5  # letters of a word that may be one or several: Service, Services
_COMMON: Final = 20  # records of one name that are all compared with each other
_LONGEST_GROUP: Final = 200  # records that share a phone or a website; more share it because it is nobody's own
_LOOSE: Final = frozenset({"", "co", "company", "corp", "corporation", "inc", "incorporated"})
_ALIKE: Final = {"limited": "ltd", "aktiengesellschaft": "ag"}


@dataclass(frozen=True, slots=True)
class Company:
    """An account by what tells it from others; what is not known is empty. `name` is what people read."""

    id: str
    name: str
    key: str  # the name without trimmings; of a person account with its address of mail, if it has one
    form: str = ""
    host: str = ""
    phone: str = ""
    place: Place = Place()  # noqa: RUF009 (frozen)
    site: str = ""
    parent: str = ""
    number: str = ""  # D-U-N-S
    person: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """A contact by what tells it from others; what is not known is empty. `key` is its full name without trimmings."""

    id: str
    name: str
    key: str
    email: str = ""
    account: str = ""


T = TypeVar("T", "Company", "Person")


class Verdict(StrEnum):
    """What two records of one name are to each other."""

    SAME = "same"
    BRANCH = "branch"  # one company at two places
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Double(Generic[T]):
    """Records that are one and the same, in the order in which they came, and what shows it."""

    records: tuple[T, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Doubles(Generic[T]):
    """What comparing came to; `branches` counts the records that share a name and sit elsewhere."""

    found: tuple[Double[T], ...]
    branches: int = 0

    @property
    def surplus(self) -> int:
        """How many records are too many."""
        return sum(len(one.records) - 1 for one in self.found)


def judge(one: Company, other: Company) -> tuple[Verdict, str]:
    """Say what two accounts of one name are to each other, and by what."""
    shared = _shared(one, other)
    verdict = _apart(one, other) or (Verdict.SAME if shared else _unproved(one, other))
    return verdict, (shared or "nothing tells them apart") if verdict is Verdict.SAME else ""


def _apart(one: Company, other: Company) -> Verdict | None:
    """Say by what two accounts are two, whatever they share."""
    if one.id == other.parent or other.id == one.parent or _differ(one.site, other.site):
        return Verdict.BRANCH
    if _differ(one.number, other.number) or one.person is not other.person:
        return Verdict.OTHER
    return Verdict.BRANCH if same_place(one.place, other.place) is False else None


def _unproved(one: Company, other: Company) -> Verdict:
    """Say what two accounts are that share the name alone."""
    if one.person or _differ(one.host, other.host) or _forms_differ(one.form, other.form):
        return Verdict.OTHER
    return Verdict.BRANCH if one.parent and one.parent == other.parent else Verdict.SAME


def companies(rows: Iterable[Company]) -> Doubles[Company]:
    """Find the accounts that are one company entered several times."""
    known = [one for one in rows if one.key and one.key.replace(" ", "") not in PLACEHOLDERS]
    links, branches = _Links(), set[str]()
    for group in _groups(((one.key, one) for one in known), len(known)):
        judged = [(one, other, *judge(one, other)) for one, other in _compared(group)]
        several = len(group) > _COMMON or any(verdict is Verdict.BRANCH for _, _, verdict, _ in judged)
        for one, other, verdict, why in judged:
            if verdict is Verdict.SAME and not (several and not _shared(one, other)):
                links.tie(
                    one.id, other.id, why
                )  # where a name is at several places, what tells no place is any of them
            elif verdict is Verdict.BRANCH:
                branches |= {one.id, other.id}
    for evidence in _EVIDENCE:
        for group in _groups((_evidence(one, evidence), one) for one in known if not one.person):
            for one, other in _pairs(group):
                if one.key != other.key and _nearly(one.key, other.key) and judge(one, other)[0] is Verdict.SAME:
                    links.tie(one.id, other.id, f"nearly the same name, {_shared(one, other)}")
    return Doubles(tuple(links.of(known)), len(branches - links.tied))


def people(rows: Iterable[Person]) -> Doubles[Person]:
    """Find the contacts that are one person entered several times: by address, or by name within one account."""
    known, links = list(rows), _Links()
    for group in _groups((one.email, one) for one in known if not desk(one.email)):
        clear = all(_one_person(one.key, other.key) for one, other in _pairs(group))
        for one, other in _pairs(group):  # a household shares an address; whose of them an initial is, it does not say
            if clear or one.key == other.key:
                links.tie(one.id, other.id, f"same email {one.email}")
    for group in _groups((f"{one.account}:{one.key}" if one.account and " " in one.key else "", one) for one in known):
        if len({one.email for one in group if one.email}) < 2:
            for one, other in _pairs(group):
                links.tie(one.id, other.id, "same name in the same account")
    return Doubles(tuple(links.of(known)))


def called(name: str) -> tuple[str, str]:
    """Give what of a company's name compares, and its legal form: `bos and zoon` and `bv` for `Bos & Zoon B.V.`."""
    bare, form = name_and_form(plain(name).replace("&", " and "))
    words = bare.removeprefix("the ").split()
    inside = ("and" if word in _AND else word for word in words[1:-1])
    return " ".join([*words[:1], *inside, *words[1:][-1:]]), form


def _shared(one: Company, other: Company) -> str:
    """Say what two accounts have in common beside the name, or nothing."""
    if one.host and one.host == other.host:
        return f"same website {one.host}"
    if one.phone and one.phone == other.phone:
        return "same phone"
    if one.number and one.number == other.number:
        return "same D-U-N-S number"
    house = one.place.exact
    return "same address" if house and house == other.place.exact else ""


def _evidence(one: Company, kind: str) -> str:
    return {"host": one.host, "phone": one.phone, "house": one.place.exact}[kind]


def _compared(group: Sequence[Company]) -> Iterator[tuple[Company, Company]]:
    """Give the pairs of one name that are compared: all, but of a common name those that share something else."""
    if len(group) <= _COMMON:
        yield from _pairs(group)
        return
    for kind in _EVIDENCE:
        for some in _groups((_evidence(one, kind), one) for one in group):
            yield from _pairs(some)


def _nearly(one: str, other: str) -> bool:
    """Whether two names are one but for a slip or plural in one word, a middle initial, spaces or the words' order."""
    words, others = one.split(), other.split()
    if one.replace(" ", "") == other.replace(" ", "") or sorted(words) == sorted(others):
        return True
    if len(words) != len(others):
        return _uninitialled(words) == others or words == _uninitialled(others)
    unlike = [sorted(pair, key=len) for pair in zip(words, others, strict=True) if pair[0] != pair[1]]
    if len(unlike) == 1 and len(unlike[0][0]) >= _PLURAL and f"{unlike[0][0]}s" == unlike[0][1]:
        return True
    slips = {misspelt(one, other), misspelt(other, one)}
    return "" not in slips and not slips <= known_words()


def _uninitialled(words: Sequence[str]) -> list[str]:
    """Leave the letters out that stand between words: the last is `Building A`'s, the first a name's own."""
    return [*words[:1], *(word for word in words[1:-1] if len(word) > 1), *words[1:][-1:]]


def _one_person(one: str, other: str) -> bool:
    """Whether two full names at one address can be one person's: alike but for an initial, a slip or what is blank."""
    words, others = one.split(), other.split()
    if sorted(words) == sorted(others) or not (words and others):
        return True
    if not _one_name(words[-1], others[-1]):
        return False
    if min(len(words), len(others)) == 1:
        return True
    first, its = sorted((words[0].rstrip("."), others[0].rstrip(".")), key=len)
    return its.startswith(first) if len(first) == 1 else _one_name(first, its)


def _one_name(one: str, other: str) -> bool:
    """Whether a name is another with a slip: not with an ending more, as Simone is no Simon."""
    alike = one.startswith(other) or other.startswith(one)
    return one == other or (not alike and bool(misspelt(one, other)))


def _forms_differ(one: str, other: str) -> bool:
    """Whether two legal forms are two companies': AG and GmbH; a form that is left out tells nothing."""
    left, right = _ALIKE.get(one, one), _ALIKE.get(other, other)
    return left != right and not (left in _LOOSE and right in _LOOSE) and bool(left and right)


def _groups(keyed: Iterable[tuple[str, T]], longest: int = _LONGEST_GROUP) -> Iterator[list[T]]:
    found = defaultdict[str, list[T]](list)
    for its, one in keyed:
        if its:
            found[its].append(one)
    return (group for group in found.values() if 1 < len(group) <= longest)


def _pairs(group: Sequence[T]) -> Iterator[tuple[T, T]]:
    return combinations(group, 2)


def _differ(one: str, other: str) -> bool:
    return bool(one and other and plain(one) != plain(other))


class _Links:
    """Ties between records, by id: what hangs together is one."""

    def __init__(self) -> None:
        self._above = dict[str, str]()
        self._why = dict[str, str]()

    @property
    def tied(self) -> set[str]:
        return set(self._above)

    def tie(self, one: str, other: str, why: str) -> None:
        left, right = self._top(one), self._top(other)
        self._why.setdefault(left, why)
        if left != right:
            self._above[right] = left
            self._above.setdefault(left, left)

    def of(self, records: Iterable[T]) -> Iterator[Double[T]]:
        by_top = defaultdict[str, list[T]](list)
        for one in records:
            if one.id in self._above:
                by_top[self._top(one.id)].append(one)
        return (Double(tuple(group), self._why[top]) for top, group in by_top.items())

    def _top(self, one: str) -> str:
        while self._above.get(one, one) != one:
            one = self._above[one]
        return one
