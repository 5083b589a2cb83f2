"""The client reads much by jobs: the same records as over REST, through every fault, and a bad end is an error."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from upbeat import intake, soql
from upbeat.base import ManualClock
from upbeat.domain import Mode
from upbeat.intake import Taker
from upbeat.intake.kept import recall
from upbeat.ledger import Keys, Ledger
from upbeat.localorg import Fault, LocalOrg, Server
from upbeat.salesforce import (
    ClientCredentials,
    JobLate,
    LimitReached,
    NotTaken,
    Reader,
    Rejected,
    Retries,
    Retryable,
    Session,
    Watch,
)
from upbeat.salesforce.write import Writer
from upbeat.store import Store

SECRET = "secret-of-the-client"
USER = "upbeat.reader@acme.example"
MANY = 2_100
LEADS = "SELECT Id, LastName FROM Lead WHERE Company = 'Many' ORDER BY Id"


@dataclass(frozen=True)
class World:
    """An org with more leads than one page holds, and a client's session in it."""

    org: LocalOrg
    session: Session
    reader: Reader
    writer: Writer

    def jobs(self, state: str = "") -> list[dict[str, Any]]:
        records = self.session.get("jobs/query", {"jobType": "V2Query"})["records"]
        return [one for one in records if not state or one["state"] == state]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    clock = ManualClock(datetime(2026, 11, 16, 6, tzinfo=UTC))
    org = LocalOrg(":memory:", clock=clock)
    user = org.user(USER, last_name="Reader")
    org.client_credentials("upbeat-reader", SECRET, USER)
    for start in range(0, MANY, 700):
        rows = [{"LastName": f"Lead {start + n}", "Company": "Many"} for n in range(700)]
        org.create("Lead", rows, user)
    with (
        Server(org) as server,
        Session(
            ClientCredentials(server.url, "upbeat-reader", SECRET),
            clock=clock,
            sleep=lambda seconds: time.sleep(min(seconds, 0.01)),
            retries=Retries(attempts=3),
        ) as session,
    ):
        yield World(org, session, Reader(session, lambda: org.schema, Watch(patience=20)), Writer(session))
    org.close()


@pytest.fixture(autouse=True)
def _no_jobs_of_before(world: World) -> None:
    for job in world.org.jobs.listed(["V2Query"], world.org.clock.now()):  # type: ignore[list-item]
        world.org.jobs.delete(job)


def _plain(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Take away what REST adds to records."""
    return [
        {name: _plain([value])[0] if isinstance(value, dict) else value for name, value in one.items()}
        for one in ({name: value for name, value in record.items() if name != "attributes"} for record in records)
    ]


def _by_job(world: World, text: str) -> list[dict[str, Any]]:
    bound = soql.parse(text).bind(world.org.schema)
    return [one for page in world.reader.pages(text, bind=lambda: bound, bulk=True) for one in page["records"]]


@pytest.mark.law(2)
def test_an_answer_above_one_page_is_read_by_a_job_and_is_whole(world: World) -> None:
    before = world.session.calls
    found = world.reader.query(LEADS)
    assert [one["LastName"] for one in found] == [f"Lead {n}" for n in range(MANY)]
    assert len(world.jobs("JobComplete")) == 1
    assert world.session.calls - before < 20


def test_a_short_answer_is_read_over_rest(world: World) -> None:
    assert len(world.reader.query(f"{LEADS} LIMIT 2000")) == 2000
    assert world.jobs() == []


def test_what_no_job_gives_is_read_over_rest(world: World) -> None:
    found = world.reader.query("SELECT Id, Address FROM Lead WHERE Company = 'Many'")
    assert len(found) == MANY
    assert world.jobs() == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("SELECT Company, COUNT(Id) FROM Lead GROUP BY Company", "no aggregate functions"),
        ("SELECT COUNT() FROM Lead", "no aggregate functions"),
        ("SELECT Id FROM Lead LIMIT 5 OFFSET 5", "no OFFSET"),
        ("SELECT Id, (SELECT Id FROM Contacts) FROM Account", "no compound ones, functions, TYPEOF or subqueries"),
        ("SELECT toLabel(Status) FROM Lead", "no compound ones, functions, TYPEOF or subqueries"),
        ("SELECT OldValue FROM LeadHistory", "may be anything"),
        ("SELECT c.Id FROM Contact c", "no aliases after FROM"),
    ],
)
def test_a_job_says_which_queries_it_does_not_take(world: World, text: str, why: str) -> None:
    with pytest.raises(NotTaken, match=why):
        _by_job(world, text)
    assert world.jobs() == []


@pytest.mark.law(2)
def test_without_a_job_left_for_today_the_rest_is_read_page_by_page(world: World) -> None:
    world.org.jobs.allowed_queries = 0
    found = world.reader.query(LEADS)
    world.org.jobs.allowed_queries = 10_000
    assert len(found) == MANY


@pytest.mark.law(2)
@pytest.mark.parametrize(
    "kind",
    ["401", "500 before", "500 after commit", "503 before", "503 after commit", "cut before", "cut after commit"],
)
@pytest.mark.parametrize("call", ["POST .*/jobs/query", "GET .*/jobs/query/750", "GET .*/results"])
def test_a_fault_on_the_way_loses_no_record(world: World, call: str, kind: str) -> None:
    world.org.faults.add(Fault(call, kind))
    assert [one["LastName"] for one in world.reader.query(LEADS)] == [f"Lead {n}" for n in range(MANY)]


@pytest.mark.parametrize("call", ["POST .*/jobs/query", "GET .*/jobs/query/750", "GET .*/results"])
def test_the_last_call_of_the_day_ends_a_job_as_it_ends_all_else(world: World, call: str) -> None:
    world.org.faults.add(Fault(call, "limit"))
    with pytest.raises(LimitReached):
        world.reader.query(LEADS)


@pytest.mark.law(2)
def test_results_that_end_before_their_time_are_no_answer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("upbeat.salesforce.bulk._RESULTS", 900)
    world.org.faults.add(Fault("results.*locator=", "dead locator", skip=1))
    with pytest.raises(Retryable, match="gave 1,800 of the 2,100 rows"):
        world.reader.query(LEADS)
    assert len(world.reader.query(LEADS)) == MANY


def test_what_stands_before_it_is_watched_is_read_by_a_job(world: World, tmp_path: Path) -> None:
    clock = world.org.clock
    ledger = Ledger(Keys.load_or_create(tmp_path / "keys"), clock)
    taker = Taker("follow", "v" * 64, USER, Mode.LIVE)
    watched = intake.Watch("Lead", updated=((taker, frozenset({"Company", "NumberOfEmployees", "IsUnreadByOwner"})),))
    seen: dict[bool, Any] = {}
    for by_job in (True, False):
        reader = Reader(world.session, (lambda: world.org.schema) if by_job else None)
        with Store.open(tmp_path / f"{by_job}.db", clock=clock) as store:
            intake.Poller(world.org.id, reader.query, store, ledger, clock.now()).poll(watched, clock.now())
            with store.reading() as conn:
                seen[by_job] = recall(conn, "Lead", [one["Id"] for one in reader.query(LEADS)])
    assert len(seen[True]) == MANY
    assert seen[True] == seen[False]
    assert len(world.jobs("JobComplete")) >= 1


def test_a_failed_job_is_an_error_with_the_orgs_own_words(world: World) -> None:
    world.org.faults.add(Fault("job V2Query query Lead", "failed job"))
    with pytest.raises(Rejected, match=r"could not do the job 750\w+: InternalServerError : Unexpected exception"):
        world.reader.query(LEADS)


def test_an_aborted_job_is_an_error(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.org.faults.add(Fault("job V2Query query Lead", "stuck job"))

    def abort(_: float) -> None:
        for job in world.jobs("InProgress"):
            world.session._http.patch(
                f"{world.session.token().instance_url}/services/data/v67.0/jobs/query/{job['id']}",
                json={"state": "Aborted"},
                headers={"Authorization": f"Bearer {world.session.token().secret}"},
            )

    monkeypatch.setattr(world.session.pauses, "sleep", abort)
    with pytest.raises(Rejected, match="somebody aborted the job"):
        world.reader.query(LEADS)


def test_a_job_that_never_ends_is_given_up_and_aborted(world: World) -> None:
    world.org.faults.add(Fault("job V2Query query Lead", "stuck job"))
    with pytest.raises(JobLate, match="has not done the job"):
        world.reader.query(LEADS)
    assert len(world.jobs("Aborted")) == 1


def test_looks_at_a_job_come_ever_later(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.org.faults.add(Fault("job V2Query query Lead", "stuck job"))
    slept: list[float] = []
    monkeypatch.setattr(world.session.pauses, "sleep", slept.append)
    reader = Reader(world.session, lambda: world.org.schema, Watch(longest=10, patience=60))
    with pytest.raises(JobLate):
        reader.query(LEADS)
    assert slept[:4] == [0.5, 0.75, 1.125, 1.6875]
    assert max(slept) == 10
    assert sum(slept) < 71


def test_a_parent_that_is_blank_is_told_from_none(world: World) -> None:
    user = world.org.process_user
    (account,) = world.org.create("Account", [{"Name": "Blank"}], user)
    world.org.create("Contact", [{"LastName": "With", "AccountId": account.id}, {"LastName": "Without"}], user)
    text = "SELECT LastName, Account.Industry, Account.Owner.Email FROM Contact ORDER BY LastName"
    assert _by_job(world, text) == _plain(world.reader.query(text))
    assert [one["Account"] is None for one in _by_job(world, text)] == [False, True]


NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20)
VALUES = st.fixed_dictionaries(
    {
        "Name": NAMES.filter(str.strip),
        "StageName": st.sampled_from(["Prospecting", "Closed Won"]),
        "CloseDate": st.dates(date(2020, 1, 1), date(2030, 1, 1)).map(str),
    },
    optional={
        "Amount": st.decimals(-10_000_000, 10_000_000, places=2).map(str),
        "Probability": st.integers(0, 100),
        "TotalOpportunityQuantity": st.decimals(0, 1000, places=2).map(str),
        "Description": st.text(st.sampled_from('",\r\n;0 aé'), max_size=30),
    },
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(VALUES, min_size=1, max_size=6))
def test_a_job_gives_the_records_that_rest_gives(world: World, rows: list[dict[str, Any]]) -> None:
    made = world.org.create("Opportunity", rows, world.org.process_user)
    ids = ", ".join(f"'{one.id}'" for one in made if one.ok)
    text = (
        "SELECT Id, Name, Amount, Probability, TotalOpportunityQuantity, CloseDate, IsWon, CreatedDate, Description, "
        f"FiscalYear, Owner.Name, Owner.IsActive, Account.Name FROM Opportunity WHERE Id IN ({ids}) ORDER BY Id"
    )
    assert _by_job(world, text) == _plain(world.reader.query(text))
