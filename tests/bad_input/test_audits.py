"""An audit of an org as a stranger has it: what is not there is said, nothing is invented, nothing asked twice."""

import json
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.bad_input.conftest import Site

from upbeat import operations
from upbeat.app import Workspace
from upbeat.foundation import Answer, Audit, Question, Status
from upbeat.localorg import Currency, Fault
from upbeat.localorg.faults import Faults
from upbeat.localorg.rights import READING, Can, room
from upbeat.operations.auditing.asking import Asker
from upbeat.salesforce import SalesforceError
from upbeat.schema import Field, FieldType, Schema, Stage
from upbeat.testing import House

UNSAID = {"fields.yaml": "next_step: NextStep\n", "tools.yaml": "tools: {}\n"}  # as `upbeat init` leaves them
MAYA = "maya.chen@acme.example"
HISTORY = {"OpportunityHistory", "OpportunityFieldHistory", "AccountHistory", "ContactHistory", "LeadHistory"}
TAGS = {"ICP_Tier__c": "A", "ICP_Tier_Date__c": "2026-11-02", "Territory__c": "East"}

Shape = Callable[[House, pytest.MonkeyPatch], None]


@pytest.fixture
def house() -> Iterator[House]:
    with House(files=UNSAID) as house:
        yield house


def audited(house: House) -> Audit:
    return operations.audit(house.space.house, operations.plan_audit(house.space.house))


def deal(house: House, **values: Any) -> str:
    """A deal that nothing is wrong with."""
    closes = house.clock.now().date() + timedelta(days=60)
    plain = {"Name": "Lowell", "StageName": "Prospecting", "CloseDate": closes.isoformat(), "Amount": 20_000}
    key = house.create("Opportunity", by=MAYA, **{**plain, "NextStep": "Call", **values})
    account = house.create("Account", by=MAYA, Name="Lowell", Website="https://lowell.example", **TAGS)
    person = house.create("Contact", by=MAYA, LastName="Rowe", AccountId=account, Email="rowe@lowell.example")
    house.update("Opportunity", key, AccountId=account)
    house.create("OpportunityContactRole", by=MAYA, OpportunityId=key, ContactId=person)
    return key


def nothing(house: House, _: pytest.MonkeyPatch) -> None:
    """An org of people alone."""


def no_history(house: House, patch: pytest.MonkeyPatch) -> None:
    deal(house)

    def seen(schema: Schema, rights: Any, view: Any) -> Schema:
        whole = view(schema, rights)
        return replace(whole, objects={key: one for key, one in whole.objects.items() if key not in HISTORY})

    view = room.view
    patch.setattr(room, "view", lambda schema, rights: seen(schema, rights, view))


def no_set_up(house: House, _: pytest.MonkeyPatch) -> None:
    deal(house)
    [row] = house.query(f"SELECT Id FROM PermissionSet WHERE Name = '{READING}'")
    house.org.put("PermissionSet", {row["Id"]: {"PermissionsViewSetup": 0}}, house.org.process_user)


def own_stages(house: House, _: pytest.MonkeyPatch) -> None:
    names = (("Kontakt", "Pipeline", 10), ("Angebot", "BestCase", 50), ("Zusage", "Forecast", 90))
    stages = [Stage(name, order, category, chance) for order, (name, category, chance) in enumerate(names, 1)]
    ends = [one for one in house.org.schema.stages if one.closed]
    house.org.define(stages=[*stages, *(replace(one, order=9) for one in ends)])
    deal(house, StageName="Angebot")


def several_currencies(house: House, _: pytest.MonkeyPatch) -> None:
    house.org.define(currencies=[Currency("USD", corporate=True), Currency("EUR", rate=0.9)])
    deal(house, CurrencyIsoCode="EUR")


def person_accounts(house: House, _: pytest.MonkeyPatch) -> None:
    flag = Field(name="IsPersonAccount", type=FieldType.BOOLEAN)
    house.org.define(fields={"Account": [flag], "Contact": [flag]})
    deal(house)
    house.create("Account", by=MAYA, Name="Ada Rowe", IsPersonAccount=True, **TAGS)
    house.create("Contact", by=MAYA, LastName="Rowe", FirstName="Ada", IsPersonAccount=True)


def hidden(name: str) -> Shape:
    def hide(house: House, _: pytest.MonkeyPatch) -> None:
        deal(house)
        house.org.rights.permission_set(READING, objects={name: Can.NOTHING})

    return hide


def no_amounts(house: House, _: pytest.MonkeyPatch) -> None:
    deal(house)
    house.org.rights.permission_set(READING, fields={"Opportunity.Amount": Can.NOTHING})


SHAPES = [
    pytest.param(nothing, set(), id="no deals and no accounts"),
    pytest.param(no_history, {"OpportunityHistory"}, id="no history objects"),
    pytest.param(no_set_up, set(), id="nobody may look into Setup"),
    pytest.param(own_stages, set(), id="stages of their own"),
    pytest.param(several_currencies, set(), id="several currencies"),
    pytest.param(person_accounts, set(), id="person accounts"),
    pytest.param(hidden("Opportunity"), {"Opportunity"}, id="deals are hidden"),
    pytest.param(hidden("Contact"), {"Contact"}, id="contacts are hidden"),
    pytest.param(no_amounts, {"Opportunity.Amount"}, id="amounts are hidden"),
]


@pytest.mark.parametrize(("shape", "unseen"), SHAPES)
def test_it_ends_says_what_it_cannot_see_and_invents_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch, shape: Shape, unseen: set[str]
) -> None:
    shape(house, monkeypatch)
    found = audited(house)
    assert found.not_ended == ()
    assert unseen <= {f"{one.object}.{one.field}".removesuffix(".") for one in found.unseen} | {
        one.object for one in found.unseen
    }
    assert [(one.key, one.says) for one in found.findings if one.records] == []


def test_what_is_hidden_makes_no_score(house: House) -> None:
    hidden("Opportunity")(house, pytest.MonkeyPatch())
    items = {one.key: one for one in audited(house).items}
    assert (items["contact-roles"].status, items["contact-roles"].score) == (Status.UNKNOWN, None)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Question]:
    """Every question that reaches the org."""
    whole, seen = Asker._answered, list[Question]()

    def noted(asker: Asker, question: Question) -> Answer:
        answer = whole(asker, question)
        seen.append(question)
        return answer

    monkeypatch.setattr(Asker, "_answered", noted)
    return seen


def test_a_limit_that_runs_out_half_way_costs_no_question_twice(house: House, asked: list[Question]) -> None:
    deal(house, NextStep=None, CloseDate="2026-01-01")
    planned = operations.plan_audit(house.space.house)
    house.org.faults.add(Fault("GET .*", "limit", None, skip=12))
    with pytest.raises(SalesforceError, match="REQUEST_LIMIT_EXCEEDED"):
        operations.audit(house.space.house, planned)
    house.org.faults = Faults()
    first = list(asked)
    house.clock.advance(timedelta(days=1))
    house.close()
    again = operations.plan_audit(house.space.house)
    found = operations.audit(house.space.house, again)
    texts = [(one.way, one.text) for one in asked]
    assert (len(first), again.plan.goes_on, found.not_ended) == (12, True, ())
    assert len(texts) == len(set(texts))
    assert "close-dates-past:Opportunity.CloseDate" in {one.key for one in found.findings}


def test_fewer_calls_than_it_takes_end_it_in_order_and_say_so(house: House) -> None:
    deal(house)
    planned = operations.plan_audit(house.space.house)
    found = operations.audit(house.space.house, planned, calls=5)
    assert found.calls <= planned.plan.surveyed + 5
    assert {one.why for one in found.not_ended} == {
        "the API calls that were agreed to are spent: allow more with --calls"
    }


def test_a_session_that_ends_midway_changes_nothing(house: House) -> None:
    deal(house, CloseDate="2026-01-01")
    sound = audited(house)
    house.close()
    house.org.faults.add(Fault("GET .*/query", "401", skip=8))
    assert [one.key for one in audited(house).findings] == [one.key for one in sound.findings]


def test_an_audit_that_is_killed_goes_on(site: Site) -> None:
    late = {"Name": "Lowell", "StageName": "Prospecting", "CloseDate": "2026-01-01"}
    site.org.create("Opportunity", [late], site.ids[MAYA])
    audit = ("audit", "--yes", "--json")
    assert site.forks(*audit, cwd=site.folder, die_at=150).code == -signal.SIGKILL
    spent = site.org.access.used
    done = json.loads(site.upbeat(*audit).out)["audit"]
    assert done["not_ended"] == []
    assert spent < done["calls"] <= site.org.access.used
    assert "close-dates-past:Opportunity.CloseDate" in {one["key"] for one in done["findings"]}


def test_two_audits_at_once_both_end(house: House) -> None:
    deal(house, CloseDate="2026-01-01")
    _ = house.space

    def one(_: int) -> Audit:
        with Workspace(house.folder, clock=house.clock) as space:
            return operations.audit(space.house, operations.plan_audit(space.house))

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(one, (1, 2))
    assert {one.key for one in first.findings} == {one.key for one in second.findings} != set()
    assert (first.not_ended, second.not_ended) == ((), ())
    assert operations.last_audit(house.space.house).id == first.id == second.id


def test_an_audit_that_another_takes_the_place_of_says_so_and_leaves_the_other_alone(house: House) -> None:
    deal(house)
    old = operations.plan_audit(house.space.house)
    new = operations.plan_audit(house.space.house, fresh=True)
    ended: list[Audit] = []

    def begin_anew(said: str) -> None:
        if not ended and not said.startswith("1 of"):
            ended.append(operations.audit(house.space.house, new))

    with pytest.raises(operations.Refused, match="another was begun anew while it ran"):
        operations.audit(house.space.house, old, tell=begin_anew)
    assert operations.last_audit(house.space.house).id == ended[0].id
