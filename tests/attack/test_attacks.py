"""The ways past the gate that we know, each tried on a real house: a deal that waits for release is to be written.

`lock` is what stands in the way. REPLAY and RECONCILE do not: they tell afterwards, as nothing else does.
What catches each is what the page says: no more, and no less.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy import select, update

import upbeat
from upbeat import operations
from upbeat.apply import Applier, RefusedWriteError
from upbeat.base import decode, digest, encode
from upbeat.domain import Approval, Decision, Proposal, Tier, Verb, Verdict
from upbeat.gate import Clearance, Facts, Uncleared, clear, decide_group
from upbeat.ledger import Entry, Keys, Kind, Ledger, LedgerError
from upbeat.operations import Class, Review
from upbeat.salesforce.call import Call
from upbeat.salesforce.write import Writer
from upbeat.steps import OutOfContractError, Result, within_contract
from upbeat.store import Store, tables
from upbeat.testing import House
from upbeat.workflows import Agent, Policy

pytestmark = pytest.mark.law(1)

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "what-catches-what.md"
ADVANCE, ROUTE = "advance-stage", "route-inbound-leads"
MAYA = "maya.chen@acme.example"
ROWAN, DANA = "rowan.ellis@acme.example", "dana.whitfield@acme.example"
GOAL = "Negotiation/Review"  # the stage that Acme forecasts as Commit
ROOT = Path(__file__).parents[2]

CONTRACT, TYPE, READ_AGAIN, AGENT = "import contract", "the type", "the ledger, read again", "the agent's contract"
ASKED_AGAIN = "the gate, asked again"
RIGHTS, KEYS, ONCE = "the org's permissions", "the ledger's keys", "apply's own row"
REPLAY, RECONCILE = "only replay", "only reconcile"


@dataclass(frozen=True)
class Scene:
    """A house in which a deal waits for release into Commit, and a test's means to break things."""

    house: House
    deal: str
    review: Review
    patch: pytest.MonkeyPatch
    place: Path

    @property
    def store(self) -> Store:
        return self.house.space.store

    @property
    def ledger(self) -> Ledger:
        return self.house.space.ledger

    @property
    def proposal(self) -> Proposal:
        return self.review.body.proposals[0]

    @property
    def applier(self) -> Applier:
        space = self.house.space
        return Applier(space.writing, space.store, space.ledger, lambda: space.schema, space.clock)

    def row(self, proposal_id: str = "") -> Any:
        with self.store.reading() as conn:
            found = select(tables.proposals).where(tables.proposals.c.id == (proposal_id or self.proposal.id))
            return conn.execute(found).one()

    @property
    def decision(self) -> Decision:
        return decode(self.row().decision, Decision)

    def another(self) -> tuple[Proposal, Clearance]:
        """A write that went out as it should, and the clearance that it had."""
        with self.store.reading() as conn:
            table = tables.proposals
            row = conn.execute(select(table).where(table.c.state == "written").limit(1)).one()
        return decode(row.body, Proposal), clear(decode(row.decision, Decision), row.decision_entry)


Run = Callable[[Scene], None]


@dataclass(frozen=True)
class Attack:
    """Who tries what, and what stands in the way."""

    by: str
    does: str
    lock: str
    run: Run


ATTACKS: list[Attack] = []


def attack(by: str, does: str, lock: str) -> Callable[[Run], Run]:
    def keep(run: Run) -> Run:
        ATTACKS.append(Attack(by, does, lock, run))
        return run

    return keep


def forged(decision: Decision, entry: str) -> Clearance:
    made = object.__new__(Clearance)
    object.__setattr__(made, "decision", decision)
    object.__setattr__(made, "entry_id", entry)
    return made


# A step function: it is handed a case, and gives back data and proposals


@attack("a step function", "imports the writer, in Upbeat's own source", CONTRACT)
def imports_the_writer(scene: Scene) -> None:
    source = scene.place / "src"
    shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", scene.place)
    with (source / "upbeat" / "steps" / "update_record.py").open("a") as module:
        module.write("\nfrom upbeat.salesforce.write import Writer  # noqa\n")
    command = [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"]
    environment = {"PYTHONPATH": str(source), "PATH": "/usr/bin:/bin"}
    ended = subprocess.run(command, cwd=scene.place, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode != 0
    assert "Only apply may touch the Salesforce write surface BROKEN" in ended.stdout


def _agent(**what: Sequence[str]) -> Agent:
    allowed = {"may_call": ("update_record",), "writes": ("Opportunity.Risk_Flag__c",), **what}
    return Agent(agent="inspector", role="Looks.", model="none", **allowed)  # type: ignore[arg-type]


@attack("a step function", "proposes a field that its agent may not write", AGENT)
def writes_beyond_its_file(scene: Scene) -> None:
    with pytest.raises(OutOfContractError, match=r"may not write Opportunity\.StageName"):
        within_contract(_agent(), "update_record", Result({}, (scene.proposal,)))


@attack("a step function", "calls its write the taking back of another, which a rollback may in any mode", AGENT)
def claims_to_take_back(scene: Scene) -> None:
    gone = replace(scene.proposal, verb=Verb.DELETE, before={}, after={}, undoes=("p0",))
    with pytest.raises(OutOfContractError, match="says that it takes a write back"):
        within_contract(_agent(), "update_record", Result({}, (gone,)))


@attack("a step function", "makes a clearance", TYPE)
def makes_a_clearance(scene: Scene) -> None:
    with pytest.raises(Uncleared, match="only the gate makes a clearance"):
        Clearance(object(), replace(scene.decision, verdict=Verdict.APPLY), scene.row().decision_entry)


# An installed plug-in: it runs in the engine's own process, and reaches all that is there


@attack("a plug-in", "forges a clearance with object.__new__", READ_AGAIN)
def forges_a_clearance(scene: Scene) -> None:
    wanted = replace(scene.decision, verdict=Verdict.APPLY)
    with pytest.raises(RefusedWriteError, match="the ledger does not hold the decision"):
        scene.applier.apply([(scene.proposal, forged(wanted, scene.row().decision_entry))])


@attack("a plug-in", "carries an old clearance over to a new proposal", READ_AGAIN)
def carries_a_clearance_over(scene: Scene) -> None:
    _, old = scene.another()
    with pytest.raises(RefusedWriteError, match="the clearance is for another proposal"):
        scene.applier.apply([(scene.proposal, old)])


@attack("a plug-in", "carries the same write out once more", ONCE)
def writes_twice(scene: Scene) -> None:
    written = scene.another()
    scene.house.update("Lead", written[0].record_id, by=DANA, OwnerId=scene.house.ids["New Leads"])
    [outcome] = scene.applier.apply([written])
    assert outcome.state == "written"  # as it was: nothing is sent
    assert scene.house.owner("Lead", written[0].record_id) == "New Leads"


@attack("a plug-in", "marks a held change as cleared in its row", ASKED_AGAIN)
def edits_the_proposals_row(scene: Scene) -> None:
    cleared = encode(replace(scene.decision, verdict=Verdict.APPLY))
    with scene.store.writing() as conn:
        mine = tables.proposals.c.id == scene.proposal.id
        conn.execute(update(tables.proposals).where(mine).values(state="cleared", decision=cleared))
        running = update(tables.items).where(tables.items.c.id == scene.review.item_id)
        conn.execute(running.values(state="ready", review_id=None))
    scene.house.play()
    assert scene.house.run(scene.deal).told[-1].what.startswith("put to rowan.ellis@acme.example")


@attack("a plug-in", "writes the approvals of others into the review's row", READ_AGAIN)
def signs_for_others(scene: Scene) -> None:
    now = scene.house.clock.now()
    signs = tuple(
        Approval(scene.review.id, by, role, now, digest(scene.proposal))
        for by, role in ((ROWAN, "revenue_manager"), (DANA, "sales_manager"))
    )
    body = encode(replace(scene.review.body, approvals=signs))
    with scene.store.writing() as conn:
        mine = update(tables.reviews).where(tables.reviews.c.id == scene.review.id)
        conn.execute(mine.values(state="released", decided_by=ROWAN, decided_at=now, release_at=now))
        bodies = tables.review_bodies
        conn.execute(update(bodies).where(bodies.c.review_id == scene.review.id).values(body=body))
    scene.house.play("1 minute")
    assert "the ledger does not hold that" in scene.house.run(scene.deal).told[-1].what


@attack("a plug-in", "puts a decision into the ledger's rows with keys of its own", KEYS)
def adds_a_ledger_row(scene: Scene) -> None:
    wanted = replace(scene.decision, verdict=Verdict.APPLY)
    with TemporaryDirectory() as folder:
        own = Ledger(Keys.load_or_create(Path(folder)), scene.house.clock)
        with scene.store.writing() as conn:
            [entry] = own.append(conn, [Entry(Kind.DECIDED, "gate", {"decision": wanted})])
    with pytest.raises(LedgerError, match="not the one that was written"):
        scene.applier.apply([(scene.proposal, clear(wanted, entry))])


@attack("a plug-in", "writes over the reading connection", RIGHTS)
def writes_over_the_reading_connection(scene: Scene) -> None:
    [result] = Writer(scene.house.space.reading).update("Opportunity", [{"Id": scene.deal, "StageName": GOAL}])
    assert not result.ok


@attack("a plug-in", "sends a request of its own through the reading session", RIGHTS)
def posts_through_the_reading_session(scene: Scene) -> None:
    body = {
        "allOrNone": False,
        "records": [{"attributes": {"type": "Opportunity"}, "Id": scene.deal, "StageName": GOAL}],
    }
    [answer] = scene.house.space.reading.exchange(Call("PATCH", "composite/sobjects", body=body))
    assert not answer["success"]


@attack("a plug-in", "puts another gate in the place of ours", REPLAY)
def patches_the_gate(scene: Scene) -> None:
    def yes(group: Sequence[tuple[Proposal, Facts]], policy: Policy) -> tuple[Decision, ...]:
        decided = decide_group(group, policy)
        return tuple(replace(one, verdict=Verdict.APPLY, tier=Tier.AUTO, roles=()) for one in decided)

    scene.patch.setattr("upbeat.engine.preparing.decide_group", yes)
    _withdraw_and_start_again(scene)
    scene.patch.undo()


@attack("a plug-in", "has the house's own ledger hold a decision that no gate made", REPLAY)
def records_its_own_decision(scene: Scene) -> None:
    wanted = replace(scene.decision, verdict=Verdict.APPLY, tier=Tier.AUTO, roles=())
    payload = {"proposal": scene.proposal, "decision": wanted, "names": {}}
    entry = Entry(Kind.DECIDED, "gate", payload, item_id=scene.review.item_id, proposal_id=scene.proposal.id)
    with scene.store.writing() as conn:
        [entry_id] = scene.ledger.append(conn, [entry])
        mine = update(tables.proposals).where(tables.proposals.c.id == scene.proposal.id)
        conn.execute(mine.values(state="cleared"))
    [outcome] = scene.applier.apply([(scene.proposal, clear(wanted, entry_id))])
    assert outcome.state == "written"


@attack("a plug-in", "writes over the writing connection", RECONCILE)
def writes_over_the_writing_connection(scene: Scene) -> None:
    [result] = Writer(scene.house.space.writing).update("Opportunity", [{"Id": scene.deal, "StageName": GOAL}])
    assert result.ok


@attack("a plug-in", "is imported from sys.path, opens the workspace and writes", RECONCILE)
def is_installed(scene: Scene) -> None:
    package = scene.place / "site" / "upbeat_helper"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(
        "from pathlib import Path\n"
        "from upbeat.app import Workspace\n"
        "from upbeat.salesforce.write import Writer\n"
        "def run(folder, deal, stage):\n"
        "    with Workspace(Path(folder)) as space:\n"
        "        [one] = Writer(space.writing).update('Opportunity', [{'Id': deal, 'StageName': stage}])\n"
        "        assert one.ok, one\n"
    )
    _in_another_process(scene, "import upbeat_helper; upbeat_helper.run(*sys.argv[1:])", package.parent)


# A stray script: it has what lies on the machine, and nothing of ours


@attack("a stray script", "logs in with the kept credentials and writes", RECONCILE)
def uses_the_credentials(scene: Scene) -> None:
    _in_another_process(
        scene,
        "import json, pathlib, re, urllib.parse, urllib.request\n"
        "folder, deal, stage = sys.argv[1:]\n"
        "text = pathlib.Path(folder, 'upbeat.yaml').read_text()\n"
        "url = re.search(r'login_url: (\\S+)', text)[1]\n"
        "client = re.search(r'writing: .*?client_id: ([\\w-]+)', text, re.S)[1]\n"
        "secret = pathlib.Path(folder, 'secrets', 'writer').read_text()\n"
        "form = {'grant_type': 'client_credentials', 'client_id': client, 'client_secret': secret}\n"
        "data = urllib.parse.urlencode(form).encode()\n"
        "token = json.load(urllib.request.urlopen(url + '/services/oauth2/token', data))\n"
        "request = urllib.request.Request(\n"
        "    token['instance_url'] + '/services/data/v62.0/sobjects/Opportunity/' + deal,\n"
        "    json.dumps({'StageName': stage}).encode(), method='PATCH',\n"
        "    headers={'Authorization': 'Bearer ' + token['access_token'], 'Content-Type': 'application/json'})\n"
        "assert urllib.request.urlopen(request).status == 204\n",
    )


def _withdraw_and_start_again(scene: Scene) -> None:
    """Have the line meet the change anew."""
    scene.house.reject(scene.review, ROWAN, "wrong time")
    scene.house.play("1 minute")
    scene.house.update("Opportunity", scene.deal, by=MAYA, Verbal_Commitment__c=False)
    scene.house.play("1 minute")
    scene.house.update("Opportunity", scene.deal, by=MAYA, Verbal_Commitment__c=True)
    scene.house.play("1 minute")


def _in_another_process(scene: Scene, code: str, *path: Path) -> None:
    found = ":".join(str(one) for one in (Path(upbeat.__file__).parents[1], *path))
    command = [sys.executable, "-c", f"import sys\n{code}", scene.house.folder, scene.deal, GOAL]
    ended = subprocess.run(command, env={"PYTHONPATH": found}, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    with House(only=[ADVANCE, ROUTE]) as house:
        house.promote(ADVANCE, ROUTE)
        house.create("Lead", LastName="Rowe", Company="Pennant", Country="UK", OwnerId=house.ids["New Leads"])
        values = {"Name": "Lowell", "StageName": "Proposal/Price Quote", "CloseDate": "2027-03-31"}
        deal = house.create("Opportunity", by=MAYA, **values)
        house.play("1 minute")
        house.update("Opportunity", deal, by=MAYA, Verbal_Commitment__c=True)
        house.play("1 minute")
        [review] = [one for one in house.reviews() if one.record_id == deal]
        yield Scene(house, deal, review, monkeypatch, tmp_path)


@pytest.mark.parametrize("one", ATTACKS, ids=[f"{one.by} {one.does}" for one in ATTACKS])
def test_an_attack_is_caught_by_what_the_page_says(scene: Scene, one: Attack) -> None:
    house = scene.house
    one.run(scene)
    stage = house.get("Opportunity", scene.deal)["StageName"]
    house.play("10 minutes")
    found = operations.reconcile(house.space.house)
    strangers = [(it.kind, it.record_id) for it in found.alarms]
    same = {it.verdict.value for it in operations.replay(house.space.house, scene.deal)} == {"same"}
    match one.lock:
        case lock if lock == RECONCILE:
            assert (stage, strangers, same) == (GOAL, [(Class.STRANGER, scene.deal)], True)
        case lock if lock == REPLAY:
            assert (stage, strangers, same) == (GOAL, [], False)
        case _:
            assert (stage, strangers) == ("Proposal/Price Quote", [])


def test_the_page_lists_every_attack_with_what_catches_it() -> None:
    rows = re.findall(r"^\| (a .+?) \| (.+?) \| (.+?) \|$", PAGE.read_text(), re.MULTILINE)
    assert rows == [(one.by, one.does, one.lock) for one in ATTACKS]
