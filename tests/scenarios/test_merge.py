"""Two leads of one person become one: suggested, read side by side, approved, merged once, and never guessed."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from typing import Any

import pytest

from upbeat import operations
from upbeat.app import add_template
from upbeat.ledger import Kind
from upbeat.localorg import Fault
from upbeat.operations import Class, Review
from upbeat.salesforce import Session
from upbeat.salesforce.call import Call
from upbeat.testing import House
from upbeat.workflows import templates

Make = Callable[..., str]
NAME, CONTACTS = "merge-duplicate-leads", "merge-duplicate-contacts"
IRIS, PRIYA, ROWAN = (f"{name}@acme.example" for name in ("iris.nolan", "priya.shah", "rowan.ellis"))
NUMBERS = count(1)
LAST = (
    *("Vega", "Abbot", "Brandt", "Castro", "Dumont", "Eriksen", "Fontaine", "Galvez", "Hobbs", "Ibsen", "Jansen"),
    *("Kowalski", "Lindqvist", "Moreau", "Novak", "Okafor", "Pereira", "Quist", "Romano", "Sandoval", "Tanaka"),
    *("Ulrich", "Vasquez", "Weber", "Xavier", "Yilmaz", "Zhang"),
)


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=["none of the shipped ones"]) as one:
        [template] = [each for each in templates() if each.name == NAME]
        add_template(one.folder, template)
        file = one.folder / "workflows" / f"{NAME}.yaml"
        of_contacts = (
            file.read_text(encoding="utf-8").replace(NAME, CONTACTS).replace("object: Lead", "object: Contact")
        )
        of_contacts = of_contacts.replace(", Company]", "]").replace("NOT(IsConverted)", "NOT(ISBLANK(LastName))")
        one.write({f"workflows/{CONTACTS}.yaml": of_contacts})
        one.promote(NAME, CONTACTS)
        yield one


def rosa(a_lead: Make, number: int, **values: Any) -> str:
    """A lead of Rosa's, who has another last name and another company for every number."""
    last, company = LAST[number % len(LAST)], f"{LAST[number % len(LAST)]} & Sons {number}"
    plain = {"FirstName": "Rosa", "LastName": last, "Email": f"rosa@{last.casefold()}{number}.example"}
    return a_lead(**{**plain, "Company": company, **values})


def who(house: House, lead: str) -> str:
    return f"{house.get('Lead', lead)['Name']} ({lead})"


def asked(house: House, *ids: str) -> list[Review]:
    return [one for one in house.reviews() if one.record_id in ids]


def the_ask(house: House, *ids: str) -> Review:
    [found] = asked(house, *ids)
    return found


def master_of(house: House, lead: str) -> str | None:
    text = f"SELECT MasterRecordId FROM Lead WHERE Id = '{lead}'"
    return house.org.answer(text, house.ids[PRIYA], all_rows=True).records[0]["MasterRecordId"]


@pytest.mark.law(6)
@pytest.mark.law(8)
def test_two_leads_of_one_person_become_one_once_somebody_agrees(house: House, a_lead: Make) -> None:
    old = rosa(a_lead, 0, Title="CFO", Phone="+1 312 555 0101", Rating="Warm")
    house.play()
    new = rosa(a_lead, 0, Title="Finance", Industry="Banking")
    house.play()
    review = the_ask(house, old, new)
    assert (review.tier, set(review.body.effects)) == ("approval", {"merge", "field"})
    assert "cannot be undone" in review.body.why
    house.approve(review, IRIS)
    house.play()
    kept = house.get("Lead", old)
    assert (master_of(house, new), kept["Title"], kept["Industry"], kept["Phone"]) == (
        old,
        "CFO",
        "Banking",
        "+1 312 555 0101",
    )
    assert house.run(new).outcome == "merged"


@pytest.fixture
def pair(house: House, a_lead: Make) -> tuple[str, str]:
    """Two leads of one person, the older first, and the merge of them suggested."""
    number = next(NUMBERS)
    old = rosa(a_lead, number, Title="CFO", Description="From the fair", Phone="555", Rating="Warm", LeadSource="Web")
    new = rosa(a_lead, number, Title="Finance", Industry="Banking", Street="1 Main St", City="Lima")
    house.play()
    return old, new


def merge(house: House, pair: tuple[str, str]) -> Review:
    review = the_ask(house, *pair)
    house.approve(review, IRIS)
    house.play()
    return review


@pytest.mark.law(3)
def test_both_leads_start_the_workflow_and_one_merge_is_suggested(house: House, pair: tuple[str, str]) -> None:
    assert len(asked(house, *pair)) == 1
    assert sorted(house.run(key).outcome or "waits" for key in pair) == ["asked already", "waits"]
    merge(house, pair)
    assert master_of(house, pair[1]) == pair[0]


@pytest.mark.law(5)
@pytest.mark.law(8)
def test_no_value_goes_in_silence(house: House, pair: tuple[str, str]) -> None:
    old, new = pair
    called = who(house, new)
    review = merge(house, pair)
    said = "\n".join(review.body.reasons)
    assert f"Title Finance of {called} is lost: CFO stays" in said
    assert f"Industry Banking is taken from {called}: the one that stays has none" in said
    assert f"City Lima of {called} is lost: London stays" in said  # no street of one and city of another
    assert f"{who(house, old)} stays, as most is known of it" in said
    kept = house.get("Lead", old)
    assert (kept["Title"], kept["Industry"], kept["City"], kept["Street"]) == ("CFO", "Banking", "London", None)


@pytest.mark.law(8)
def test_a_rollback_says_that_there_is_no_way_back_and_where_the_values_are(
    house: House, pair: tuple[str, str]
) -> None:
    merge(house, pair)
    run = next(one for key in pair for one in house.runs(key) if one.outcome == "merged")
    shown = operations.preview(house.space.house, run.run)
    assert [one.why for one in shown] == ["a merge cannot be undone: the records that were merged are gone"]
    with house.space.house.store.reading() as conn:
        [wrote] = [one for one in house.space.house.ledger.about(conn, item_id=run.run) if one.kind is Kind.WROTE]
    values = {one["record_id"]: one["values"] for one in wrote.payload["records"]}
    assert (values[pair[1]]["Title"], values[pair[1]]["Street"]) == ("Finance", "1 Main St")
    told = [line for one in run.told for line in (one.what, *one.details)]
    assert f"Lead {pair[1]} had:" in told
    assert {"  Title: Finance", "  Street: 1 Main St"} <= set(told)
    assert run.way_back.startswith("it cannot be undone")


@pytest.mark.law(8)
def test_what_somebody_changed_since_is_looked_at_anew(house: House, pair: tuple[str, str]) -> None:
    review = the_ask(house, *pair)
    house.update("Lead", pair[1], Title="Treasurer")
    house.approve(review, IRIS)
    house.play()
    assert master_of(house, pair[1]) is None
    again = the_ask(house, *pair)
    assert "Title Treasurer" in "\n".join(again.body.reasons)
    house.approve(again, IRIS)
    house.play()
    assert master_of(house, pair[1]) == pair[0]


@pytest.mark.law(3)
def test_a_merge_that_a_person_did_first_is_not_done_again(house: House, pair: tuple[str, str]) -> None:
    review = the_ask(house, *pair)
    house.org.delete([pair[1]], house.ids[PRIYA], into=pair[0])
    house.approve(review, IRIS)
    house.play()
    assert asked(house, *pair) == []
    assert {house.run(key).outcome for key in pair} <= {"alone", "record gone", "asked already"}


@pytest.mark.law(3)
@pytest.mark.parametrize("kind", ["500 after commit", "cut after commit", "500 before"])
def test_a_lost_answer_is_looked_up_and_the_merge_done_once(house: House, pair: tuple[str, str], kind: str) -> None:
    merges: list[Any] = []
    delete = house.org.delete
    house.org.delete = lambda *args, **more: merges.append(args) or delete(*args, **more)  # type: ignore[method-assign]
    house.org.faults.add(Fault("services/Soap", kind))
    try:
        merge(house, pair)
        for _ in range(4):
            house.play("5 minutes")
    finally:
        house.org.delete = delete  # type: ignore[method-assign]
    assert (master_of(house, pair[1]), len(merges)) == (pair[0], 1)
    assert "merged" in {house.run(key).outcome for key in pair}
    assert operations.status(house.space.house).loose == ()


def test_three_become_one_at_once_and_a_fourth_is_told(house: House, a_lead: Make) -> None:
    number = next(NUMBERS)
    leads = [rosa(a_lead, number, Title=f"CFO {each}") for each in range(4)]
    house.play()
    review = the_ask(house, *leads)
    said = "\n".join(review.body.reasons)
    assert "3 Leads become one" in review.title
    assert "is of the same person too, and left for another merge: three at once at most" in said
    house.approve(review, IRIS)
    house.play()
    assert sorted(bool(master_of(house, one)) for one in leads) == [False, False, True, True]


def test_a_person_may_keep_another_value(house: House, pair: tuple[str, str]) -> None:
    house.edit(the_ask(house, *pair), IRIS, Title="Finance")
    house.play()
    again = the_ask(house, *pair)
    house.approve(again, ROWAN)  # whoever wrote a value of it does not approve it alone
    house.play()
    assert (master_of(house, pair[1]), house.get("Lead", pair[0])["Title"]) == (pair[0], "Finance")


def test_of_two_contacts_the_one_of_an_account_stays(house: House) -> None:
    plain = {"FirstName": "Ina", "LastName": "Ohm", "Email": "ina@ohm.example"}
    account = house.create("Account", by=PRIYA, Name="Ohm")
    loose = house.create("Contact", by=PRIYA, **plain, Title="CFO", Phone="555")
    house.play()
    owned = house.create("Contact", by=PRIYA, **plain, AccountId=account)
    house.play()
    review = the_ask(house, loose, owned)
    assert f"Ina Ohm ({owned}) stays, as it belongs to an account" in review.body.reasons
    house.approve(review, IRIS)
    house.play()
    kept = house.get("Contact", owned)
    assert (kept["Title"], kept["Phone"], kept["AccountId"]) == ("CFO", "555", account)


class Killed(BaseException):
    """The engine dies."""


@pytest.mark.law(2)
@pytest.mark.law(3)
@pytest.mark.parametrize("done", [True, False], ids=["after the call", "before the call"])
def test_an_engine_that_dies_at_the_call_merges_once(
    house: House, pair: tuple[str, str], monkeypatch: pytest.MonkeyPatch, done: bool
) -> None:
    exchange, calls = Session.exchange, list[Call]()

    def dies(session: Session, call: Call) -> Any:
        if not call.soap:
            return exchange(session, call)
        calls.append(call)
        if done:
            exchange(session, call)
        raise Killed

    house.approve(the_ask(house, *pair), IRIS)
    with monkeypatch.context() as dying, suppress(Killed):
        dying.setattr(Session, "exchange", dies)
        house.play()
    house.close()
    assert len(calls) == 1
    assert (master_of(house, pair[1]) == pair[0]) is done
    for _ in range(4):
        house.play("5 minutes")
    assert master_of(house, pair[1]) == pair[0]
    assert "merged" in {house.run(key).outcome for key in pair}
    assert operations.status(house.space.house).loose == ()


@pytest.mark.law(2)
def test_what_the_org_refuses_is_the_owners_with_the_orgs_words(house: House, pair: tuple[str, str]) -> None:
    house.org.faults.add(Fault("services/Soap", "row error"))
    merge(house, pair)
    assert master_of(house, pair[1]) is None
    stuck = [one for one in house.reviews(PRIYA) if one.record_id in pair]
    assert "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY" in "".join(str(one.body.reasons) + one.title for one in stuck)


@pytest.mark.law(15)
def test_a_stop_holds_an_approved_merge(house: House, pair: tuple[str, str]) -> None:
    review = the_ask(house, *pair)
    operations.stop(house.space.house, PRIYA, "looks wrong")
    house.approve(review, IRIS)
    house.play()
    assert master_of(house, pair[1]) is None
    operations.resume(house.space.house, PRIYA)
    house.play("1 minute")
    assert master_of(house, pair[1]) == pair[0]


@pytest.mark.law(11)
@pytest.mark.parametrize("answer", ["none of them", "the other"])
def test_a_doubt_is_asked_and_never_suggested(house: House, a_lead: Make, answer: str) -> None:
    company, domain = f"Doubtful {answer}", f"{answer.split(maxsplit=1)[0]}-doubt.example"
    first = a_lead(FirstName="Rosa", LastName=domain[:4], Company=company, Email=f"rosa@{domain}")
    house.play()
    second = a_lead(FirstName="Rosa", LastName=domain[:4], Company=company, Email=f"r.vega@{domain}")
    house.play()
    [question] = asked(house, second)
    assert question.kind == "same person"
    choice = next(one for one in question.body.choices if (first in one) is (answer == "the other"))
    house.approve(question, PRIYA, choice=choice)
    house.play()
    suggested = asked(house, first, second)
    assert len(suggested) == (1 if answer == "the other" else 0)
    for one in suggested:
        assert f"{PRIYA} says so" in "\n".join(one.body.reasons)
        house.reject(one, IRIS)


@pytest.mark.law(1)
def test_the_look_back_knows_a_merge_as_ours(house: House, pair: tuple[str, str]) -> None:
    task = house.create("Task", Subject="Call", WhoId=pair[1])
    house.play()
    merge(house, pair)
    house.play("20 minutes")
    found = operations.reconcile(house.space.house)
    assert house.get("Task", task)["WhoId"] == pair[0]
    assert [one for one in found.alarms if one.record_id in {*pair, task}] == []
    assert Class.MISSING not in {one.kind for one in found.findings}


def test_a_merge_is_decided_again_from_its_entries(house: House, pair: tuple[str, str]) -> None:
    merge(house, pair)
    run = next(one.run for key in pair for one in house.runs(key) if one.outcome == "merged")
    [again] = operations.replay(house.space.house, run)
    assert [one.differences for one in again.decisions if one.verdict != "same"] == []
