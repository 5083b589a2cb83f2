"""The foundation before the agents: what is not sound, not said or not known keeps a workflow in monitor, by name."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import delete, select

from upbeat import operations
from upbeat.domain import Mode
from upbeat.foundation import Audit, Flows, Judged, Measure, Status, readiness
from upbeat.ledger import Kind
from upbeat.operations import Refused
from upbeat.operations.auditing import keeping
from upbeat.operations.auditing.aftermath import tell_owners
from upbeat.operations.promoting.obstacles import Obstacle
from upbeat.store import tables
from upbeat.testing import House
from upbeat.workflows import PLAYBOOKS, FieldMap, ToolRegister

PRIYA, ROWAN, MAYA = (f"{name}@acme.example" for name in ("priya.shah", "rowan.ellis", "maya.chen"))
STEP, THREADS = "missing-next-step", "single-threaded-larger-deals"
POLICY = (PLAYBOOKS / "policy.yaml").read_text() + (
    "\npermissions: {attest: [revops, revenue_manager]}\nfoundation: {fresh_for: 30 days, attested_for: 100 days}\n"
)


FILE = f"workflows/{THREADS}.yaml"
MENDS = "despite:\n  contact-roles: It is there to have them entered, and asks for nothing else\n"
BARE = (PLAYBOOKS / FILE).read_text().replace(MENDS, "")


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """A house as everybody has it: its policy holds workflows back for what they rest on."""
    with House(only=[STEP, THREADS], files={"policy.yaml": POLICY, FILE: BARE}) as one:
        one.play()
        yield one


@pytest.fixture(scope="module")
def audited(house: House) -> Audit:
    """The house after a real audit of its org."""
    return operations.audit(house.space.house, operations.plan_audit(house.space.house))


def found(house: House, audit: Audit, at: timedelta = timedelta(), **stands: Status) -> None:
    """Keep an audit in which every item passes but for these, named with underscores."""
    others = {name.replace("_", "-"): status for name, status in stands.items()}
    now = house.clock.now() - at
    items = tuple(_as(one, others.get(one.key, Status.PASSES)) for one in audit.items)
    made = replace(audit, id=uuid4().hex, at=now, items=items, findings=(), readiness=())
    keeping.begin(house.space.store, made.id, now, "", {}, 0, since=None)
    keeping.finish(house.space.store, house.space.house.ledger, made, house.clock.now())
    house.clock.advance(timedelta(seconds=1))


def _as(one: Judged, status: Status) -> Judged:
    part = {Status.PASSES: 95, Status.FAILS: 62}.get(status)
    measures = () if part is None else (Measure(one.key, part, 100, f"{part} of 100"),)
    blind = (one.key,) if status is Status.UNKNOWN else ()
    return replace(one, status=status, score=part, measures=measures, unseen=(), blind=blind)


def in_the_way(house: House, name: str = STEP) -> Mapping[str, Obstacle]:
    return {one.rule: one for one in operations.go_live_report(house.space.house, name).refusals}


def test_without_an_audit_nothing_goes_live(house: House) -> None:
    with house.space.store.writing() as conn:
        conn.execute(delete(tables.audits))
    with pytest.raises(Refused, match="the foundation that missing-next-step rests on was never audited") as error:
        operations.promote(house.space.house, STEP, [PRIYA, ROWAN])
    assert "Run `upbeat audit`" in error.value.fix


def test_an_audit_that_is_too_old_is_none(house: House, audited: Audit) -> None:
    found(house, audited, at=timedelta(days=31), api_footprint=Status.NOTHING)
    assert "the policy asks for one of the last 30 days" in in_the_way(house)["audit"].what
    found(house, audited, at=timedelta(days=29))
    assert "audit" not in in_the_way(house)


def test_what_fails_is_named_with_its_score_its_harm_and_its_fix(house: House, audited: Audit) -> None:
    found(house, audited, stage_exits=Status.FAILS)
    one = in_the_way(house)["stage-exits"]
    assert one.what == (
        "missing-next-step rests on stage-exits, which fails (62 % of 90 %): it goes by Opportunity.StageName, and "
        "would act on deals by a stage whose criteria nothing holds"
    )
    assert "`upbeat audit`" in one.fix
    assert "despite: {stage-exits: ...}" in one.fix


def test_what_the_audit_could_not_look_at_is_in_the_way(house: House, audited: Audit) -> None:
    found(house, audited, stage_exits=Status.UNKNOWN)
    assert "which the audit could not look at" in in_the_way(house)["stage-exits"].what
    assert "`upbeat org access`" in in_the_way(house)["stage-exits"].fix


def test_what_a_workflow_does_not_rest_on_is_not_in_its_way(house: House, audited: Audit) -> None:
    operations.attest(house.space.house, "api-footprint", PRIYA, "reviewed with the vendor list")
    found(house, audited, contact_roles=Status.FAILS, icp_tiers=Status.FAILS, methodology=Status.UNKNOWN)
    assert in_the_way(house) == {}
    assert set(in_the_way(house, THREADS)) == {"contact-roles"}


class TestAWord:
    """Of what no data shows a person says that it holds: by name, for a time, and it can be taken back."""

    def test_lets_a_workflow_go_and_taken_back_or_stale_it_does_not(self, house: House, audited: Audit) -> None:
        here = house.space.house
        found(house, audited)
        operations.attest(here, "api-footprint", PRIYA, "reviewed")
        operations.withdraw_attestation(here, "api-footprint", ROWAN, "the list is not complete")
        assert "which nobody has attested" in in_the_way(house)["api-footprint"].what
        done = operations.attest(here, "api-footprint", PRIYA, "reviewed again")
        assert done.said is not None
        assert (done.said.by, done.holds, done.said.until - done.said.at) == (PRIYA, True, timedelta(days=100))
        assert "api-footprint" not in in_the_way(house)
        house.clock.advance(timedelta(days=101))
        assert "api-footprint" in in_the_way(house)
        with here.store.reading() as conn:
            kinds = [
                (one.kind, one.actor)
                for one in here.ledger.between(conn, audited.at, house.clock.now(), [Kind.ATTESTED, Kind.UNATTESTED])
            ]
        assert kinds[-3:] == [(Kind.ATTESTED, PRIYA), (Kind.UNATTESTED, ROWAN), (Kind.ATTESTED, PRIYA)]

    @pytest.mark.parametrize(
        ("item", "by", "says", "why", "fix"),
        [
            pytest.param("api-footprnt", PRIYA, "so", "no item", "Did you mean api-footprint?", id="unknown"),
            pytest.param("stage-exits", PRIYA, "so", "nobody's word changes", "Write the criteria", id="measured"),
            pytest.param("api-footprint", PRIYA, " ", "nothing is said", "that the API calls", id="without words"),
            pytest.param("api-footprint", MAYA, "so", "may not attest", "revops or revenue_manager", id="no say in it"),
            pytest.param("api-footprint", "a@b.example", "so", "no user", "name an active", id="nobody"),
        ],
    )
    def test_is_refused(self, house: House, item: str, by: str, says: str, why: str, fix: str) -> None:
        with pytest.raises(Refused, match=why) as error:
            operations.attest(house.space.house, item, by, says)
        assert fix in error.value.fix

    def test_that_was_never_given_is_not_taken_back(self, house: House) -> None:
        with pytest.raises(Refused, match="nobody has attested"):
            operations.withdraw_attestation(house.space.house, "forecast-categories", PRIYA, "")

    def test_turns_no_failed_measure_into_a_pass(self, house: House, audited: Audit) -> None:
        found(house, audited, api_footprint=Status.FAILS)
        done = operations.attest(house.space.house, "api-footprint", PRIYA, "it is fine")
        assert done.judged is not None
        assert done.judged.status is Status.FAILS

    def test_stands_in_the_list_of_the_nineteen(self, house: House, audited: Audit) -> None:
        found(house, audited)
        listed = {one.key: one for one in operations.items_standing(house.space.house)}
        assert len(listed) == 19
        assert listed["api-footprint"].holds
        assert listed["stage-exits"].says == ""


def test_a_person_says_in_the_file_why_it_goes_live_all_the_same_and_whoever_agrees_reads_it(
    house: House, audited: Audit
) -> None:
    found(house, audited, contact_roles=Status.FAILS)
    operations.attest(house.space.house, "api-footprint", PRIYA, "reviewed")
    house.write({FILE: (PLAYBOOKS / FILE).read_text()})
    house.publish(THREADS)
    house.play()
    shown = operations.go_live_report(house.space.house, THREADS)
    assert shown.refusals == ()
    assert "despite the contact roles" not in shown.advice[0].what
    assert f"{THREADS} goes live despite contact-roles, which fails (62 % of 90 %): It is there" in shown.advice[0].what
    asked = operations.ask_to_go_live(house.space.house, THREADS, PRIYA)
    [review] = [one for one in house.reviews() if one.id == asked.review]
    assert any("have them entered" in one for one in review.body.reasons)
    house.approve(review, ROWAN)
    assert house.space.versions.modes()[THREADS] is Mode.LIVE
    [row] = [one for one in operations.the_register(house.space.house).triggers if one.row.workflow == THREADS]
    assert row.row.despite == ("contact-roles: It is there to have them entered, and asks for nothing else",)


class TestWhatIsLiveAlready:
    """It goes on when a later audit finds that what it rests on fails: its owner is told, once."""

    @pytest.fixture
    def live(self, house: House, audited: Audit) -> House:
        found(house, audited)
        operations.attest(house.space.house, "api-footprint", PRIYA, "reviewed")
        if house.space.versions.modes()[STEP] is not Mode.LIVE:
            house.promote(STEP)
        return house

    def told(self, house: House) -> list[str]:
        table = tables.notices
        with house.space.store.reading() as conn:
            subjects = list(conn.scalars(select(table.c.subject).where(table.c.to == PRIYA)))
        return [one for one in subjects if "what it rests on fails" in one]

    def ends(self, house: House, audited: Audit, **stands: Status) -> None:
        """Let an audit end that comes to this."""
        found(house, audited, **stands)
        here = house.space.house
        last = operations.last_audit(here)
        flows = Flows(tuple(here.versions.current.values()), frozenset({STEP}), FieldMap(), ToolRegister())
        ready = readiness(here.versions.current[STEP], flows, {one.key: one for one in last.items}, [])
        tell_owners(here, replace(last, readiness=(ready,)), here.versions.current.values())

    def test_goes_on_and_its_owner_is_told(self, live: House, audited: Audit) -> None:
        self.ends(live, audited, stage_exits=Status.FAILS)
        assert live.space.versions.modes()[STEP] is Mode.LIVE
        assert self.told(live) == [f"{STEP} is live, and what it rests on fails: stage-exits fails (62 % of 90 %)"]

    def test_goes_on_in_peace_where_something_is_merely_unknown(self, live: House, audited: Audit) -> None:
        before = self.told(live)
        self.ends(live, audited, stage_exits=Status.UNKNOWN)
        assert self.told(live) == before

    def test_goes_back_where_the_policy_says_so(self, live: House, audited: Audit) -> None:
        live.write({"policy.yaml": POLICY.replace("fresh_for:", "demote: true, fresh_for:")})
        live.publish("policy.yaml")
        live.play()
        self.ends(live, audited, stage_exits=Status.FAILS)
        assert live.space.versions.modes()[STEP] is Mode.MONITOR
        live.write({"policy.yaml": POLICY})
        live.publish("policy.yaml")
        live.play()


def test_the_gate_itself_is_asked_about_each_change_that_people_must_release(audited: Audit) -> None:
    [queue] = [one for one in audited.items if one.key == "human-queue"]
    asked, released = queue.measures
    assert (asked.part, asked.of) == (8, 8)
    assert (released.part, released.of) == (0, 0)  # a task and a flag wait for nobody
