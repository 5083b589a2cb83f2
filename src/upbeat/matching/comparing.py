"""How sure it is that two records speak of one company, or of one person, told field by field.

Each field gives evidence in nats, for or against; a field that one of them lacks gives none. They add up to log-odds,
as Fellegi and Sunter weigh records (A Theory for Record Linkage, JASA 1969), and those make a chance from 0 to 1.
"""

from collections.abc import Set as AbstractSet
from typing import Final

from upbeat.matching import hosts, phones, wording
from upbeat.matching.addresses import Address
from upbeat.matching.likeness import EVERY, Agreement, Likeness, Way
from upbeat.matching.placing import compare as compare_addresses
from upbeat.matching.rarity import Rarity
from upbeat.matching.told import Told

_BEFORE: Final = -3.5  # log-odds before any evidence: of records that share a rare word or a number few are the same
_HOST: Final = 6.0  # a domain belongs to one company, and to its departments
_LABEL: Final = 3.0  # the same name under another ending: acme.com and acme.de, or two that had one idea
_OTHER_HOST: Final = -2.0  # a company has several domains, sometimes
_PHONE: Final = 4.5
_PHONE_NEAR: Final = 2.0  # one digit: a slip, or the next line of one switchboard
_OTHER_PHONE: Final = -0.7  # a company has many numbers
_OWN: Final = frozenset({Way.WEBSITE, Way.ADDRESS})  # what another branch or company of a group has not
_SHARED: Final = 0.8  # a score from which such a field is the same


def compare(one: Told, other: Told, rarity: Rarity, ways: AbstractSet[Way] = EVERY) -> Likeness:
    """Say how sure it is that two records are of one company, by the ways that may count."""
    found = list[Agreement]()
    if Way.WEBSITE in ways:
        _host(one, other, found)
    if Way.PHONE in ways:
        _phone(one, other, found)
    if Way.ADDRESS in ways:
        _address(one.address, other.address, one, other, found)
    if Way.NAME in ways:
        _name(one, other, rarity, found)
    return Likeness.of(_BEFORE, found)


def _name(one: Told, other: Told, rarity: Rarity, found: list[Agreement]) -> None:
    alike = wording.compare(one.name, other.name, rarity)
    if alike is not wording.NOTHING:
        eased = any(each.score >= _SHARED and each.way in _OWN for each in found)
        weight = alike.weight(eased=eased)
        found.append(Agreement(Way.NAME, one.company, other.company, alike.score, weight, alike.says))


def _host(one: Told, other: Told, found: list[Agreement]) -> None:
    mine, its = one.host, other.host
    if not (mine and its):
        return
    if mine == its:
        found.append(Agreement(Way.WEBSITE, mine, its, 1.0, _HOST, f"the same domain {mine}"))
    elif hosts.label(mine) == hosts.label(its):
        found.append(Agreement(Way.WEBSITE, mine, its, 0.7, _LABEL, "the same name under another ending"))
    else:
        found.append(Agreement(Way.WEBSITE, mine, its, 0.0, _OTHER_HOST, "another domain"))


def _phone(one: Told, other: Told, found: list[Agreement]) -> None:
    mine, its = one.phone, other.phone
    if not (mine and its):
        return
    if phones.same(mine, its):
        score, weight, says = 1.0, _PHONE, "the same number"
    elif phones.near(mine, its):
        score, weight, says = 0.6, _PHONE_NEAR, "one digit is another"
    else:
        score, weight, says = 0.0, _OTHER_PHONE, "another number"
    found.append(Agreement(Way.PHONE, one.phone_text, other.phone_text, score, weight, says))


def _address(mine: Address, its: Address, one: Told, other: Told, found: list[Agreement]) -> None:
    placed = compare_addresses(mine, its)
    if placed is not None:
        score, weight, says = placed
        found.append(Agreement(Way.ADDRESS, _line(one), _line(other), score, weight, says))


def _line(told: Told) -> str:
    return ", ".join(part for part in (told.street_text, told.code_text, told.city_text) if part)
