"""What is worth knowing of a pool before a lead is lost by it: each with an example, what is meant unsaid."""

from collections.abc import Callable, Mapping

import pytest

from upbeat.base.files import Severity
from upbeat.workflows import Catalogue, Person, compile_pool
from upbeat.workflows.files import parse_pool
from upbeat.workflows.pool_checks import check_pool

HEAD = """\
pool: small
title: Leads for a few
object: Lead
owner: priya.shah@acme.example
takes_from: [New Leads]
"""
MEMBERS = """\
members:
  - {user: lena.vogel@acme.example}
  - {user: owen.hughes@acme.example}
"""
TAIL = "otherwise: {hold: Nobody is free, owner: priya.shah@acme.example, due: 1 day}\n"
Said = Callable[..., list[str]]


@pytest.fixture
def said(against: Catalogue, people: Mapping[str, Person]) -> Said:
    """Give what is said of a pool, each with `error` or `advice` and without its place."""

    def check(text: str = "", members: str = MEMBERS, tail: str = TAIL) -> list[str]:
        written = parse_pool("routing/small.yaml", (HEAD + text + members + tail).encode(), lambda _: None)
        found = check_pool(written, compile_pool(written, against), people)
        return [f"{one.severity} {one.place.field}: {one.what}" for one in found]

    return check


def _territories(*entries: str) -> str:
    return "territories:\n" + "".join(f"  - {{{one}}}\n" for one in entries)


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        (
            ["name: A, countries: [US]", "name: B, countries: [us], states: [NY]"],
            "error territories[2].states: B is never reached: A before it takes all of it",
        ),
        (
            ["name: A, postal_codes: ['0*', '1*']", "name: B, postal_codes: [10001-14999]"],
            "error territories[2].postal_codes: B is never reached: A before it takes all of it",
        ),
        (
            ["name: A, states: [NY]", "name: B, states: [MA]", "name: C, states: [NY, MA]"],
            "error territories[3].states: C is never reached: A and B before it take all of it",
        ),
        (
            ["name: A, employees: 1-499", "name: B, employees: 50-100"],
            "error territories[2].employees: B is never reached: A before it takes all of it",
        ),
        (
            ["name: A, when: 'NumberOfEmployees > 100'", "name: B, when: 'NumberOfEmployees > 1000'"],
            "error territories[2].when: B is never reached: A before it takes all of it",
        ),
        (
            ["name: A, when: 'true'", "name: B, countries: [US]"],
            "error territories[2].countries: B is never reached: A before it takes all of it",
        ),
        (
            ["name: A, countries: [US, CA]", "name: B, countries: [MX, us]"],
            "advice territories[2].countries: B and A share US: A, which stands first, takes it",
        ),
        (
            ["name: A, countries: [US], postal_codes: ['0*', '1*']", "name: B, countries: [US], postal_codes: [15-25]"],
            "advice territories[2].postal_codes: B and A share US, postal codes 15-19: A, which stands first, takes it",
        ),
        (
            ["name: A, employees: 1-50", "name: B, employees: 50-499"],
            "advice territories[2].employees: B and A share employees 50: A, which stands first, takes it",
        ),
        (
            ["name: A, countries: [US], postal_codes: ['0*']", "name: B, countries: [US], postal_codes: ['2*', '3*']"],
            "advice territories[1].postal_codes: no territory has the postal codes 1*, between those of A and B",
        ),
        (
            ["name: A, countries: [US], postal_codes: ['021*', 2134]"],
            "advice territories[1].postal_codes[2]: 2134 has four digits, and the postal codes of US have five",
        ),
    ],
)
def test_a_territory_that_another_takes_or_that_leaves_a_hole_is_told_with_an_example(
    said: Said, entries: list[str], message: str
) -> None:
    assert said(_territories(*entries)) == [message]


@pytest.mark.parametrize(
    "entries",
    [
        ["name: Named, accounts: [Globex]", "name: East, countries: [US], states: [NY]", "name: US, countries: [US]"],
        ["name: A, countries: [US], industries: [Banking]", "name: B, countries: [US], states: [NY]"],
        ["name: A, when: 'NumberOfEmployees > 1000'", "name: B, when: 'NumberOfEmployees > 100'"],
        ["name: A, when: 'NumberOfEmployees > 1000'", "name: B, when: 'ISPICKVAL(Industry, \"Banking\")'"],
        ["name: A, employees: -49", "name: B, employees: 50-"],
        ["name: A, postal_codes: ['0*']", "name: B, postal_codes: ['2*']", "name: Rest, when: 'true'"],
        ["name: A, postal_codes: [EC1]", "name: B, postal_codes: [SW1]"],
        ["name: A, countries: [US], postal_codes: ['0*']", "name: B, countries: [DE], postal_codes: ['0*']"],
    ],
    ids=["narrow first", "other words", "wider after", "cannot be told", "beside", "a rest", "letters", "countries"],
)  # fmt: skip
def test_what_an_order_of_territories_is_for_is_no_fault(said: Said, entries: list[str]) -> None:
    assert said(_territories(*entries)) == []


HOURS = """\
hours:
  london: {zone: Europe/London, open: [weekdays 09:00-17:30], holidays: GB-ENG}
  berlin: {zone: Europe/Berlin, open: [weekdays 09:00-12:00]}
  always: {zone: UTC, open: [every day 00:00-24:00]}
"""
WORKING = """\
members:
  - {user: lena.vogel@acme.example, hours: berlin, territories: [DACH]}
  - {user: owen.hughes@acme.example, hours: london, territories: [UK]}
  - {user: maya.chen@acme.example, hours: always, territories: [US]}
"""
THREE = _territories("name: DACH, countries: [DE]", "name: UK, countries: [UK]", "name: US, countries: [US]")
PROMISE = "promise: {touch_within: 2 hours, by: london}\n"


def test_hours_in_which_the_clock_runs_and_nobody_works_are_told_once_for_all_who_have_them(said: Said) -> None:
    [found] = said(THREE + HOURS + PROMISE, WORKING)
    assert found == (
        "advice territories[1].name: nobody who serves DACH works from monday 11:00 to monday 17:30 (Europe/London) "
        "and at 4 other times of the week, while the promise's clock runs"
    )


def test_without_a_promise_hours_are_held_against_those_of_the_others(said: Said) -> None:
    found = said(THREE + HOURS, WORKING)
    assert [one.split(" works ")[0] for one in found] == [
        "advice territories[1].name: nobody who serves DACH",
        "advice territories[2].name: nobody who serves UK",
    ]


def test_hours_that_are_relaxed_leave_no_gap(said: Said) -> None:
    relaxed = TAIL.replace("{hold", "{relax: [hours], hold")
    assert said(THREE + HOURS + PROMISE, WORKING, relaxed) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("GB-ENG", "XX", "error hours.london.holidays: no holidays are known of XX"),
        ("GB-ENG", "GB-XYZ", "error hours.london.holidays: no holidays are known of GB-XYZ"),
        ("  always", "  spare: {zone: UTC, open: [mondays 09:00-10:00]}\n  always", "advice hours.spare: nobody works"),
    ],
)
def test_hours_that_mean_nothing_are_told(said: Said, old: str, new: str, message: str) -> None:
    relaxed = TAIL.replace("{hold", "{relax: [hours], hold")
    [found] = said(THREE + HOURS.replace(old, new), WORKING, relaxed)
    assert found.startswith(message)


NEEDS = """\
needs:
  language: 'IF(Country = "Germany", "de", IF(Country = "France", "fr", ""))'
  skills: [{skill: enterprise, when: 'NumberOfEmployees > 1000'}]
"""
SPEAKING = """\
members:
  - {user: lena.vogel@acme.example, languages: [de, en], skills: [entreprise]}
"""


def test_a_skill_or_a_language_that_nobody_has_and_one_that_nothing_asks_for_are_told(said: Said) -> None:
    assert said(NEEDS, SPEAKING) == [
        "error needs.skills[1].skill: nobody has the skill enterprise: what asks for it is always held",
        "error needs.language: nobody speaks fr, which the formula can ask for: what asks for it is always held",
        "advice members[1].skills[1]: nothing asks for the skill entreprise",
        "advice members[1].languages[2]: nothing asks for the language en",
    ]


def test_what_is_relaxed_in_any_case_is_only_advice(said: Said) -> None:
    relaxed = TAIL.replace("{hold", "{relax: [skills, language], hold")
    assert {one.split()[0] for one in said(NEEDS, SPEAKING, relaxed)} == {Severity.ADVICE}


def test_a_rule_of_who_keeps_a_record_that_can_never_speak_is_told(said: Said) -> None:
    keeps = "keeps: [{by: record owner}, {by: last owner, within: 90 days}, {by: last owner, within: 9 days}]\n"
    assert [one.partition(": ")[0] for one in said(keeps)] == ["advice keeps[1].by", "advice keeps[3].by"]
