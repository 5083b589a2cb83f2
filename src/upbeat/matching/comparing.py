"""How sure it is that two records speak of one company, or of one person, told field by field.

Each field gives evidence in nats, for or against; a field that one of them lacks gives none. They add up to log-odds,
as Fellegi and Sunter weigh records (A Theory for Record Linkage, JASA 1969), and those make a chance from 0 to 1.
"""

from collections.abc import Set as AbstractSet
from math import log
from typing import Final, NamedTuple

from upbeat.matching import hosts, phones, placing, wording
from upbeat.matching.likeness import EVERY, Agreement, Evidence, Likeness, Way, chance
from upbeat.matching.rarity import Rarity
from upbeat.matching.told import Told
from upbeat.matching.wording import Wording

_BEFORE: Final = -3.5  # log-odds before any evidence: of records that share a rare word or a number few are the same
_ELSEWHERE: Final = 0.5  # of what another phone or house says is left where the domain is one: a company has offices
_DOUBT: Final = log(3)  # log-odds, at the most, of what is never certain: a person looks at three in four
_OWN: Final = 0.8  # a score from which a house or a domain is the same, that another branch or company has not


class _Found(NamedTuple):
    """What each field says; None where one of the records has nothing of it, or the way may not count."""

    host: Evidence | None
    phone: Evidence | None
    address: Evidence | None
    name: Wording | None
    named: float  # nats of the name, beside the others


def compare(one: Told, other: Told, rarity: Rarity, ways: AbstractSet[Way] = EVERY) -> Likeness:
    """Say how sure it is that two records are of one company, by the ways that may count, and why."""
    found = _found(one, other, rarity, ways)
    agreements = list[Agreement]()
    if found.host:
        agreements.append(Agreement(Way.WEBSITE, one.host, other.host, *found.host))
    if found.phone:
        agreements.append(Agreement(Way.PHONE, one.phone_text, other.phone_text, *found.phone))
    if found.name:
        agreements.append(
            Agreement(Way.NAME, one.company, other.company, found.name.score, found.named, found.name.says)
        )
    if found.address:
        agreements.append(Agreement(Way.ADDRESS, _line(one), _line(other), *found.address))
    return Likeness.of(_BEFORE, agreements)


def score(one: Told, other: Told, rarity: Rarity, ways: AbstractSet[Way] = EVERY) -> float:
    """Give the score of `compare` alone, in less time: which of many candidates are worth their reasons."""
    host, phone, address, _, named = _found(one, other, rarity, ways)
    odds = _BEFORE + named
    if host:
        odds += host.weight
    if phone:
        odds += phone.weight
    if address:
        odds += address.weight
    return chance(odds)


def _found(one: Told, other: Told, rarity: Rarity, ways: AbstractSet[Way]) -> _Found:
    host = hosts.compare(one.host, other.host) if Way.WEBSITE in ways else None
    phone = phones.compare(one.phone, other.phone) if Way.PHONE in ways else None
    address = (
        placing.compare(one.address, other.address) if Way.ADDRESS in ways and one.placed and other.placed else None
    )
    name = wording.compare(one.name, other.name, rarity) if Way.NAME in ways else None
    if host is not None and host.score == 1:
        phone, address = _eased(phone), _eased(address)
    eased = host is not None and host.score >= _OWN
    if name and name.agrees and address is not None and address.score >= _OWN:  # else it is another tenant
        eased = True
    named = name.weight(eased=eased) if name else 0.0
    if name and (name.numbered or _another(name, host, phone, address)):
        named = min(named, _DOUBT - _BEFORE - sum(each.weight for each in (host, phone, address) if each))
    return _Found(host, phone, address, name, named)


def _another(name: Wording, host: Evidence | None, phone: Evidence | None, address: Evidence | None) -> bool:
    """Whether one domain is all that says that two names are one, and they are of two sites or companies."""
    if host is None or host.score < 1 or (phone and phone.weight > 0) or (address and address.score >= _OWN):
        return False
    return name.opposed or (name.placed and address is not None and not address.score)


def _eased(evidence: Evidence | None) -> Evidence | None:
    if evidence is None or evidence.weight >= 0:
        return evidence
    return evidence._replace(weight=evidence.weight * _ELSEWHERE)


def _line(told: Told) -> str:
    return ", ".join(part for part in (told.street_text, told.code_text, told.city_text) if part)
