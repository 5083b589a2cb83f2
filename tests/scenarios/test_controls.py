"""The controls, looked at on a workspace: what holds passes, what was broken fails, what never happened has no data."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import update
from typer.testing import CliRunner

from upbeat import operations
from upbeat.cli import app
from upbeat.operations import CONTROLS, Says
from upbeat.store import tables
from upbeat.testing import House
from upbeat.workflows import PLAYBOOKS

Make = Callable[..., str]

ROUTE, ADVANCE = "route-inbound-leads", "advance-stage"
DANA, ROWAN, REP = (f"{name}@acme.example" for name in ("dana.whitfield", "rowan.ellis", "maya.chen"))


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[ROUTE, ADVANCE]) as one:
        yield one


def says(house: House) -> dict[str, Says]:
    return {one.control.name: one.says for one in operations.check_controls(house.space.house)}


@pytest.fixture
def worked(house: House, a_lead: Make, a_deal: Make) -> House:
    """A house in which a lead was routed, and a deal moved on by two people's word."""
    house.promote(ROUTE, ADVANCE)
    a_lead()
    deal = a_deal(StageName="Proposal/Price Quote")
    house.play("1 minute")
    house.update("Opportunity", deal, by=REP, Verbal_Commitment__c=True)
    house.play()
    [review] = [one for one in house.reviews() if one.record_id == deal]
    house.approve(review, ROWAN)
    house.approve(review, DANA)
    house.play("1 minute")
    house.play("1 minute")
    return house


def test_where_nothing_has_happened_yet_there_is_no_data_and_nothing_is_claimed(house: House) -> None:
    found = says(house)
    never = ("one-gate", "approval", "separate-duties", "publishing", "going-live", "stop", "way-back", "replay")
    assert {name: found[name] for name in never} == dict.fromkeys(never, Says.NO_DATA)


def test_what_has_happened_as_it_should_passes(worked: House) -> None:
    found = says(worked)
    held = ("one-gate", "approval", "separate-duties", "publishing", "going-live", "secrets", "ledger", "replay")
    assert {name: found[name] for name in held} == dict.fromkeys(held, Says.PASSES)


def test_a_write_whose_decision_was_changed_in_the_store_fails(worked: House) -> None:
    with worked.space.store.writing() as conn:
        row = conn.execute(tables.proposals.select().where(tables.proposals.c.state == "written")).first()
        assert row is not None
        forged = row.decision.replace('"tier":"auto"', '"tier":"review"').replace('"tier":"approval"', '"tier":"auto"')
        conn.execute(update(tables.proposals).where(tables.proposals.c.id == row.id).values(decision=forged))
    assert says(worked)["one-gate"] is Says.FAILS


def test_a_file_that_says_what_does_not_run_fails_by_its_name(worked: House) -> None:
    text = (PLAYBOOKS / f"workflows/{ROUTE}.yaml").read_text()
    worked.write({f"workflows/{ROUTE}.yaml": text.replace("per_hour: 20000", "per_hour: 10")})
    found = {one.control.name: one for one in operations.check_controls(worked.space.house)}
    assert found["publishing"].says is Says.FAILS
    assert f"workflows/{ROUTE}.yaml" in found["publishing"].words


def test_a_ledger_that_somebody_changed_fails(worked: House) -> None:
    with worked.space.store.writing() as conn:
        conn.execute(update(tables.ledger_entries).where(tables.ledger_entries.c.position == 1).values(actor="nobody"))
    assert says(worked)["ledger"] is Says.FAILS


def test_the_evidence_of_a_control_is_only_ever_a_look() -> None:
    looks = {
        "ls -l", "upbeat attest", "upbeat audit --last",
        "upbeat explain RUN", "upbeat ledger export", "upbeat ledger verify", "upbeat org access",
        "upbeat packet", "upbeat reconcile", "upbeat register", "upbeat register -o register.html",
        "upbeat replay RUN", "upbeat review list", "upbeat status", "upbeat versions",
    }  # fmt: skip
    assert {command for one in CONTROLS for command in one.commands} <= looks


def test_the_command_gives_a_page_and_ends_with_1_where_a_control_fails(worked: House) -> None:
    worked.close()
    file = worked.folder / "workflows" / f"{ROUTE}.yaml"
    file.write_text(file.read_text().replace("per_hour: 20000", "per_hour: 10"))
    done = CliRunner().invoke(app, ["controls", "--format", "page", "--dir", str(worked.folder)])
    assert done.exit_code == 1
    assert "What runs was published by a person" in done.stdout
    assert "no certificate" in done.stdout
