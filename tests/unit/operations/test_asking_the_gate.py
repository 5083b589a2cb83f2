"""What the gate says when the audit asks it of high-stakes changes."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from upbeat.foundation import Stake
from upbeat.operations.auditing.asking_the_gate import ask_floor, ask_suggested
from upbeat.schema import Schema, standard
from upbeat.workflows import PLAYBOOKS, Person, Policy, Workflow, load

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
PRIYA, ROWAN, DANA = (f"{name}@acme.example" for name in ("priya.shah", "rowan.ellis", "dana.whitfield"))
OF_TWO = {"revenue_manager": (ROWAN,), "revops": (PRIYA, ROWAN), "sales_manager": (ROWAN,)}


def a_policy(**roles: tuple[str, ...]) -> Policy:
    shipped = load(PLAYBOOKS).policy
    return shipped.model_copy(update={"roles": {**shipped.roles, **roles}})


def suggested(policy: Policy, schema: Schema, flows: Iterable[Workflow], *left: str) -> list[Stake]:
    users = enumerate((PRIYA, ROWAN, DANA))
    people = [Person(one, f"00500000000000{number}AAA", one, active=one not in left) for number, one in users]
    return list(ask_suggested(policy, schema, NOW, flows, people))


def test_each_kind_of_change_that_people_must_release_is_held_whatever_workflows_there_are(schema: Schema) -> None:
    kinds = {"commit", "closed won", "stage", "price", "account owner", "merge", "convert", "message"}
    assert ask_floor(a_policy(), schema, NOW) == dict.fromkeys(kinds, True)


def test_a_workflow_that_suggests_no_such_change_is_not_said_to(
    schema: Schema, shipped: Mapping[str, Workflow]
) -> None:
    nobody = a_policy(revenue_manager=(), revops=(), sales_manager=())
    assert {one.workflow for one in suggested(nobody, schema, shipped.values())} == {"advance-stage"}


def test_a_stage_of_an_open_deal_takes_the_role_that_the_policy_names_and_no_other(
    shipped: Mapping[str, Workflow],
) -> None:
    [one] = suggested(a_policy(**OF_TWO), standard(), shipped.values())  # Negotiation/Review is in no Commit there
    assert (one.effect, one.roles, one.releasable, one.vacant) == ("stage", ("sales_manager",), True, ())


def test_who_would_have_to_sign_in_two_roles_is_too_few(schema: Schema, shipped: Mapping[str, Workflow]) -> None:
    [one] = suggested(a_policy(**OF_TWO), schema, shipped.values())
    assert (one.effect, one.roles) == ("commit and stage", ("revenue_manager", "sales_manager"))
    assert (one.releasable, one.vacant) == (False, ())
    [third] = suggested(a_policy(**OF_TWO | {"sales_manager": (ROWAN, DANA)}), schema, shipped.values())
    assert third.releasable


def test_a_role_that_only_the_owner_holds_or_who_has_left_is_vacant(shipped: Mapping[str, Workflow]) -> None:
    for roles, left in ((PRIYA,), ""), ((DANA,), DANA), ((PRIYA, DANA), DANA):
        [one] = suggested(a_policy(sales_manager=roles), standard(), shipped.values(), left)
        assert (one.releasable, one.vacant, one.owner) == (False, ("sales_manager",), PRIYA)
