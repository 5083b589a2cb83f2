"""Who holds which permission in the console."""

import pytest

from upbeat.workflows import EVERYBODY, PLAYBOOKS, Permission, Policy, load, named_by, permissions

PRIYA, DANA, ROWAN = (f"{one}@acme.example" for one in ("priya.shah", "dana.whitfield", "rowan.ellis"))
MAYA, SAM, ADA = (f"{one}@acme.example" for one in ("maya.chen", "sam.it", "ada.audit"))
SEES = {Permission.DECIDE, Permission.WATCH}
LIVE = {Permission.BUILD, Permission.ROLL_BACK, Permission.REPORT, Permission.AUDIT, Permission.CONNECT}


SHIPPED = load(PLAYBOOKS).policy
ROLES = {**SHIPPED.roles, "it": (SAM,), "auditor": (ADA,), "leads": (ROWAN,)}
GIVEN = {"connect": ("it",), "audit": ("auditor",), "report": ("leads",), "watch": ("sales_manager",)}
NAMED = SHIPPED.model_copy(update={"roles": ROLES, "permissions": SHIPPED.permissions.model_copy(update=GIVEN)})


def held(person: str, policy: Policy = SHIPPED, *, leads: bool = False, asked: bool = False) -> set[Permission]:
    return set(permissions(policy, person, leads=leads, asked=asked)) - EVERYBODY


@pytest.mark.parametrize(
    ("person", "leads", "asked", "expected"),
    [
        pytest.param(MAYA, False, False, set(), id="a rep has her own flags and may stop everything"),
        pytest.param(MAYA, False, True, {Permission.DECIDE}, id="a rep who is asked something may decide it"),
        pytest.param("x@acme.example", True, False, SEES, id="who leads people watches"),
        pytest.param(DANA, True, False, SEES, id="a sales manager decides and watches"),
        pytest.param(PRIYA.upper(), False, False, LIVE | SEES, id="RevOps does all"),
        pytest.param(ROWAN, True, False, LIVE | SEES, id="who takes live does all"),
    ],
)
def test_without_a_word_in_the_policy(person: str, leads: bool, asked: bool, expected: set[Permission]) -> None:
    assert held(person, leads=leads, asked=asked) == expected


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        pytest.param(SAM, {Permission.CONNECT}, id="IT keeps the keys"),
        pytest.param(ADA, {Permission.AUDIT, Permission.REPORT, Permission.WATCH}, id="an auditor reads all"),
        pytest.param(
            PRIYA,
            {Permission.BUILD, Permission.ROLL_BACK, Permission.WATCH, Permission.DECIDE},
            id="RevOps owns the logic, and no keys",
        ),
        pytest.param(
            ROWAN,
            {Permission.BUILD, Permission.ROLL_BACK, Permission.REPORT, Permission.WATCH, Permission.DECIDE},
            id="leadership reads reports",
        ),
    ],
)
def test_where_the_policy_names_roles_nobody_else_has_it(person: str, expected: set[Permission]) -> None:
    assert held(person, NAMED) == expected


def test_the_second_person_of_a_team_of_one_takes_live_too() -> None:
    promotion = SHIPPED.promotion.model_copy(update={"second": MAYA})
    alone = SHIPPED.model_copy(update={"promotion": promotion})
    assert permissions(alone, MAYA, leads=False, asked=False) >= LIVE


@pytest.mark.parametrize("permission", list(Permission))
def test_whom_the_words_name_is_who_holds_it(permission: Permission) -> None:
    assert named_by(SHIPPED, permission)
    assert (named_by(NAMED, permission) == "leads") == (permission is Permission.REPORT)


def test_without_a_policy_nobody_holds_more_than_everybody() -> None:
    assert permissions(Policy.refusing(), PRIYA, leads=False, asked=False) == EVERYBODY
