"""Each function of the library: what it proposes, what it asks, and what it leaves alone."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from upbeat.domain import Verb
from upbeat.routing import Assignment, Rule
from upbeat.steps import FUNCTIONS, Answer, Case, Result

Make = Callable[..., Case]

OWNER, MAYA, SAM = (f"{name}@acme.example" for name in ("priya.shah", "maya.chen", "sam.porter"))


def run(name: str, case: Case) -> Result:
    return FUNCTIONS[name].run(case)


def test_every_function_of_the_library_stands_under_its_own_name() -> None:
    assert {name: one.spec.name for name, one in FUNCTIONS.items()} == {name: name for name in FUNCTIONS}


class TestUpdateRecord:
    def test_it_proposes_the_fields_that_differ_with_their_values_before(self, case: Make) -> None:
        [proposal] = run("update_record", case(set={"Risk_Flag__c": "Stalled", "Name": "Lowell"})).proposals
        assert (proposal.verb, proposal.before, proposal.after) == (
            Verb.UPDATE,
            {"Risk_Flag__c": None},
            {"Risk_Flag__c": "Stalled"},
        )

    def test_where_all_is_so_already_it_proposes_nothing(self, case: Make) -> None:
        result = run("update_record", case(set={"Name": "Lowell"}))
        assert (result.proposals, result.gives) == ((), {"written": False})

    @pytest.mark.parametrize(
        ("value", "kept"),
        [
            pytest.param(date(2026, 1, 31), "2026-01-31", id="a date"),
            pytest.param(Decimal("12.00"), 12, id="a whole number"),
            pytest.param(Decimal("12.5"), Decimal("12.5"), id="a fraction"),
            pytest.param("", None, id="an empty text is no value"),
            pytest.param(True, True, id="a truth"),
        ],
    )
    def test_it_proposes_values_as_the_org_keeps_them(self, case: Make, value: Any, kept: Any) -> None:
        made = case(record={"Field__c": "before"}, set={"Field__c": value})
        assert run("update_record", made).proposals[0].after == {"Field__c": kept}

    @pytest.mark.law(5)
    def test_its_reasons_are_the_triggers(self, case: Make) -> None:
        made = case(reasons=("no customer for 14 days", "Amount is 42,000"), set={"Risk_Flag__c": "Stalled"})
        assert run("update_record", made).proposals[0].reasons == ("no customer for 14 days", "Amount is 42,000")

    @pytest.mark.law(3)
    def test_the_same_change_of_the_same_item_is_the_same_proposal(self, case: Make) -> None:
        made = [run("update_record", case(set={"Risk_Flag__c": "Stalled"})).proposals[0].id for _ in range(2)]
        assert len(set(made)) == 1


class TestCreateTask:
    ARGS: Mapping[str, Any] = {"to": MAYA, "subject": "Call them", "text": "Now", "due": timedelta(days=2)}

    def test_it_proposes_a_task_for_the_person_about_the_record(self, case: Make) -> None:
        [proposal] = run("create_task", case(**self.ARGS)).proposals
        assert (proposal.verb, proposal.object, proposal.record_id, proposal.before) == (Verb.CREATE, "Task", "", {})
        assert proposal.after == {
            "OwnerId": "005000000000002AAA",
            "Subject": "Call them",
            "Description": f"Now\n\nWhy: the condition held\n\nIs this wrong? Tell {OWNER}: upbeat misfire 259a3e1f10",
            "ActivityDate": "2026-02-02",
            "Status": "Not Started",
            "Priority": "Normal",
            "WhatId": "006000000000001AAA",
        }

    def test_a_task_about_a_lead_names_it_as_a_person(self, case: Make) -> None:
        after = run("create_task", case("Lead", **self.ARGS)).proposals[0].after
        assert (after["WhoId"], "WhatId" in after) == ("00Q000000000001AAA", False)

    @pytest.mark.parametrize("to", [SAM, "nobody@acme.example", "", None], ids=["left", "unknown", "empty", "blank"])
    def test_a_task_for_nobody_active_goes_to_the_workflows_owner_and_says_so(self, case: Make, to: str | None) -> None:
        result = run("create_task", case(**{**self.ARGS, "to": to}))
        assert result.gives["owner"] == OWNER
        assert "is not an active user, so the workflow's owner gets the task" in result.proposals[0].reasons[-1]

    def test_a_subject_is_cut_where_salesforce_would_refuse_it(self, case: Make) -> None:
        assert len(run("create_task", case(**{**self.ARGS, "subject": "x" * 300})).proposals[0].after["Subject"]) == 255


class TestRequestDecision:
    ARGS: Mapping[str, Any] = {"of": MAYA, "question": "What now?", "choices": ("keep", "close"), "due": timedelta(2)}

    def test_it_asks_the_person_and_the_run_goes_on(self, case: Make) -> None:
        result = run("request_decision", case(**self.ARGS))
        assert result.hold is not None
        assert (result.hold.owner, result.hold.ask, result.hold.choices) == (MAYA, "What now?", ("keep", "close"))
        assert (result.waits, result.gives["choice"]) == (False, None)

    def test_someone_who_left_is_not_asked_but_the_workflows_owner_is(self, case: Make) -> None:
        hold = run("request_decision", case(**{**self.ARGS, "of": SAM})).hold
        assert hold is not None
        assert (hold.owner, "so the workflow's owner is asked" in hold.reasons[-1]) == (OWNER, True)


class TestAssignOwner:
    def assigned(self, rule: Rule = Rule.FAIR_SHARE, **more: Any) -> Assignment:
        return Assignment(rule=rule, notes=("UK is in UK and Ireland",), **more)

    def test_it_proposes_the_owner_that_the_pool_gives_with_its_reasons(self, case: Make) -> None:
        found = self.assigned(owner=MAYA, user_id="005000000000002AAA")
        [proposal] = run("assign_owner", case("Lead", assignment=found, pool="inbound")).proposals
        assert (proposal.after, proposal.reasons) == ({"OwnerId": "005000000000002AAA"}, ("UK is in UK and Ireland",))

    @pytest.mark.law(11)
    def test_what_somebody_has_is_left_alone(self, case: Make) -> None:
        result = run("assign_owner", case("Lead", assignment=self.assigned(Rule.LEFT_ALONE), pool="inbound"))
        assert (result.proposals, result.hold, result.gives["left_alone"]) == ((), None, True)

    @pytest.mark.law(11)
    def test_a_doubt_is_asked_and_the_steps_after_it_wait(self, case: Make) -> None:
        held = self.assigned(Rule.HOLDING, ask="Two owners", holder=MAYA, due=timedelta(days=1), choices=(MAYA, SAM))
        result = run("assign_owner", case("Lead", assignment=held, pool="inbound"))
        assert result.hold is not None
        assert (result.proposals, result.waits, result.hold.owner, result.hold.choices) == ((), True, MAYA, (MAYA, SAM))

    def test_a_persons_choice_is_proposed_in_their_words(self, case: Make) -> None:
        answer = Answer(MAYA, OWNER, "she knows them")
        [proposal] = run("assign_owner", case("Lead", answer=answer, pool="inbound")).proposals
        assert proposal.after == {"OwnerId": "005000000000002AAA"}
        assert proposal.reasons == (f"{OWNER} chose {MAYA}", "she knows them")

    @pytest.mark.law(11)
    def test_a_persons_choice_does_not_outweigh_who_took_it_meanwhile(self, case: Make) -> None:
        alone = self.assigned(Rule.LEFT_ALONE)
        made = case("Lead", answer=Answer(MAYA, OWNER), taken=True, assignment=alone, pool="inbound")
        assert run("assign_owner", made).proposals == ()

    def test_a_choice_of_somebody_who_left_asks_the_pool_again(self, case: Make) -> None:
        found = self.assigned(owner=MAYA, user_id="005000000000002AAA")
        result = run("assign_owner", case("Lead", answer=Answer(SAM, OWNER), assignment=found, pool="inbound"))
        assert result.proposals[0].reasons[0] == f"{SAM} is not an active user"

    def test_an_owner_who_has_it_already_is_not_written_again(self, case: Make) -> None:
        found = self.assigned(owner=MAYA, user_id="005000000000002AAA")
        made = case("Lead", assignment=found, record={"OwnerId": "005000000000002AAA"}, pool="inbound")
        assert run("assign_owner", made).proposals == ()
