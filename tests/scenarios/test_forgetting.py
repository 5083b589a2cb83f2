"""A person asks to be forgotten: nothing on this machine says who they were, and the ledger still proves itself."""

import time
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import insert

from upbeat import operations
from upbeat.app import add_template
from upbeat.localorg.faults import Fault
from upbeat.operations import Forgotten, Refused
from upbeat.store import tables
from upbeat.testing import House
from upbeat.workflows import templates

Make = Callable[..., str]

ROUTE = "route-inbound-leads"
DANA = "dana.whitfield@acme.example"
SECRETS = ("Quillfeather", "Pennyroyal Orchards", "q.feather@pennyroyal.example")


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[ROUTE]) as one:
        one.promote(ROUTE)
        yield one


@pytest.fixture
def lead(house: House, a_lead: Make) -> str:
    found = a_lead(LastName=SECRETS[0], Company=SECRETS[1], Email=SECRETS[2])
    house.play()
    return found


def forget(house: House, record: str) -> Forgotten:
    return operations.forget(house.space.house, record, DANA, "asked by mail")


def traces(house: House) -> list[str]:
    """Give what of the person stands in any file of the workspace, in the clear."""
    files = [file.read_bytes() for file in house.folder.rglob("*") if file.is_file()]
    return [secret for secret in SECRETS if any(secret.encode() in content for content in files)]


def test_before_it_is_there(house: House, lead: str) -> None:
    assert "Pennyroyal Orchards" in traces(house)
    assert not [one for one in house.run(lead).told if "erased" in one.what]


def test_nothing_of_a_forgotten_person_stands_in_any_file(house: House, lead: str) -> None:
    house.close()  # the engine ends; another process forgets
    found = forget(house, lead)
    house.close()
    assert (found.rewritten, found.runs, traces(house)) == (True, 1, [])


def test_every_payload_about_them_is_erased_and_says_by_which_entry(house: House, lead: str) -> None:
    found = forget(house, lead)
    told = house.run(lead).told
    assert {one.what for one in told} == {"what this entry said was erased"}
    assert {one.details for one in told} == {(f"by entry {found.entry}",)}
    assert len(told) == found.payloads


def test_the_seals_still_verify_also_after_a_restart(house: House, lead: str) -> None:
    forget(house, lead)
    house.restart()
    house.play("1 minute")
    proof = operations.verify(house.space.house)
    assert (proof.ok, proof.problems, proof.unsealed) == (True, (), 0)


def test_it_takes_less_than_five_seconds(house: House, a_lead: Make, lead: str) -> None:
    for number in range(100):
        a_lead(Company=f"Company {number}")
    house.play()
    before = time.monotonic()
    forget(house, lead)
    assert time.monotonic() - before < 5


def test_others_are_not_forgotten_with_them(house: House, a_lead: Make, lead: str) -> None:
    other = a_lead(Company="Somebody Else")
    house.play()
    forget(house, lead)
    assert "erased" not in " ".join(one.what for one in house.run(other).told)


def test_a_record_whose_id_differs_only_in_a_capital_is_not_forgotten_with_it(house: House, a_lead: Make) -> None:
    """Ids count on through small letters and capitals, so that such twins are ordinary: 00QLo0000000001a and ...1A."""
    for _ in range(62):
        a_lead()
    house.play()
    leads = [row["Id"] for row in house.query("SELECT Id FROM Lead")]
    twins = [one for one in leads if sum(one[:15].lower() == other[:15].lower() for other in leads) == 2]
    one = twins[0]
    [twin] = [other for other in twins if other != one and other[:15].lower() == one[:15].lower()]
    assert house.run(one).told
    before = house.run(twin)
    assert forget(house, one[:15]).runs == 1
    assert {told.what for told in house.run(one).told} == {"what this entry said was erased"}
    assert house.run(twin) == before


@pytest.mark.law(2)
def test_a_run_that_had_not_ended_ends_as_forgotten(house: House, a_lead: Make) -> None:
    house.org.faults.add(Fault("PATCH .*composite", "lock", times=99))
    lead = a_lead(LastName=SECRETS[0])
    house.play()
    assert house.run(lead).state == "retry"
    forget(house, lead)
    assert house.run(lead).outcome == "forgotten"
    house.play("1 hour")
    assert (house.written(), operations.status(house.space.house).loose) == ([], ())


def test_a_question_about_them_is_asked_no_more() -> None:
    with House(only=["advance-stage"]) as house:
        house.promote("advance-stage")
        deal = house.create(
            "Opportunity",
            by="maya.chen@acme.example",
            Name=SECRETS[1],
            StageName="Qualification",
            CloseDate="2027-03-31",
        )
        house.play("1 minute")
        house.update("Opportunity", deal, by="maya.chen@acme.example", Verbal_Commitment__c=True)
        house.play()
        assert [one.record_id for one in house.reviews()] == [deal]
        forget(house, deal)
        assert house.reviews() == []
        house.play("3 days")
        assert operations.status(house.space.house).loose == ()


def test_there_is_nothing_left_to_take_back(house: House, lead: str) -> None:
    run = house.run(lead).run
    forget(house, lead)
    [reversal] = operations.preview(house.space.house, run)
    assert reversal.back_to == {}


def test_who_asks_must_say_so_and_the_record_must_be_one(house: House) -> None:
    with pytest.raises(Refused, match="nobody says who asks"):
        operations.forget(house.space.house, "00Q000000000001", "")
    with pytest.raises(Refused, match="is no record's id"):
        operations.forget(house.space.house, "somebody", DANA)


def test_a_record_that_nothing_is_known_of_is_forgotten_as_well(house: House) -> None:
    found = forget(house, "00QLo00000zzzzz")
    assert (found.payloads, found.runs, len(found.record_id)) == (0, 0, 18)


def test_what_cannot_be_reached_is_said(house: House, lead: str) -> None:
    assert any("Salesforce itself" in line for line in forget(house, lead).out_of_reach)


def test_nothing_of_them_stands_in_an_audit_that_found_them_or_in_one_that_is_under_way(house: House) -> None:
    here = house.space.house
    for name in (SECRETS[0], "Somebody Else"):
        found = house.create("Contact", LastName=name, Email=SECRETS[2] if name == SECRETS[0] else "")
    forgotten = next(row["Id"] for row in house.query(f"SELECT Id FROM Contact WHERE LastName = '{SECRETS[0]}'"))
    operations.audit(here, operations.plan_audit(here))
    done = operations.last_audit(here)
    [loose] = [one for one in done.findings if one.check == "contacts-without-account"]
    assert {one.id for one in loose.records} == {forgotten, found}
    with here.store.writing() as conn:
        began = {"id": "cut off", "at": house.clock.now(), "plan": "{}"}
        conn.execute(insert(tables.audits).values(**began))
        body = {"audit_id": "cut off", "question": "q", "body": f'[{{"Name": "{SECRETS[0]}"}}]'}
        conn.execute(insert(tables.audit_answers).values(**body))
    house.close()
    assert forget(house, forgotten).audit_rows >= 1
    house.close()
    assert traces(house) == []
    [loose] = [one for one in operations.last_audit(house.space.house).findings if one.key == loose.key]
    assert {one.id for one in loose.records} == {found}


class TestOfRecordsThatWereJoined:
    """What a merge or a conversion says stands with one record, and has the values of others."""

    @pytest.fixture
    def house(self) -> Iterator[House]:
        names = {"merge-duplicate-leads", "convert-matched-lead"}
        with House(only=["none of the shipped ones"]) as one:
            for template in templates():
                if template.name in names:
                    add_template(one.folder, template)
            one.promote(*names)
            yield one

    @staticmethod
    def forgotten(house: House, record: str, *of: str) -> list[str]:
        """Forget a record; give what is still told of the runs of these, and what of the person stands in files."""
        house.close()
        forget(house, record)
        house.close()
        told = [one.what for each in of for run in house.runs(each) for one in run.told]
        assert told
        return [one for one in told if one != "what this entry said was erased"] + traces(house)

    @pytest.mark.parametrize("which", ["the one that is gone", "the one that is left"])
    def test_a_merge_says_nothing_of_them_any_more(self, house: House, a_lead: Make, which: str) -> None:
        rosa = {"FirstName": "Rosa", "LastName": SECRETS[0], "Email": SECRETS[2], "Company": SECRETS[1]}
        pair = a_lead(**rosa, Title="CFO", Phone="555"), a_lead(**rosa, Title="Finance")
        house.play()
        [review] = house.reviews()
        house.approve(review, "iris.nolan@acme.example")
        house.play()
        left = review.record_id
        [gone] = {*pair} - {left}
        assert [one["Id"] for one in house.query("SELECT Id FROM Lead")] == [left]
        assert self.forgotten(house, gone if "gone" in which else left, *pair) == []

    @pytest.mark.parametrize("which", ["Lead", "Contact"])
    def test_a_conversion_says_nothing_of_them_any_more(self, house: House, a_lead: Make, which: str) -> None:
        maya = house.ids["maya.chen@acme.example"]
        rosa = {"FirstName": "Rosa", "LastName": SECRETS[0], "Email": SECRETS[2], "Company": SECRETS[1]}
        lead = a_lead(**rosa, Status="Working - Contacted", Rating="Hot", OwnerId=maya)
        house.play()
        [review] = house.reviews()
        house.approve(review, DANA)
        house.play()
        contact = house.get("Lead", lead)["ConvertedContactId"]
        assert contact
        assert self.forgotten(house, lead if which == "Lead" else contact, lead) == []
