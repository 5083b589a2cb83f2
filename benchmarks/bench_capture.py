"""A thousand recorded calls backfilled into an org: the time for each, and what of the org's API calls it takes.

The calls come as an import brings them, a file each, of fifty customers over a quarter. The baseline is the least that
a tool could do which logs them: one REST call to create each Event, and nothing known of who took part.
"""

import json
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from upbeat.operations import capture
from upbeat.salesforce.write import Writer
from upbeat.testing import House

CALLS, CUSTOMERS, TURNS, SAMPLE = 1_000, 50, 40, 100
MOST_API_CALLS = 0.2  # of the org's, for each call that is logged: a fifth of what the baseline takes
SAID = "We had to stop the pumps twice last month, and nobody could say why before the night shift came."
REP = "maya.chen@acme.example"
AGENT = """
agent: scribe
role: Logs what was said
model: none
may_call: [log_activity, relate_people]
reads: [Event.*, EventRelation.*]
writes: [Event.*, EventRelation.*]
"""
LOG = """
workflow: log-meetings
title: Log what was said
function: ae
family: hygiene
owner: priya.shah@acme.example
problem: Talk stays in heads
metric: logged
mode: monitor
rollback: automatic
limits: {per_hour: 5000, per_day: 10000}
trigger:
  start: captured
  object: Event
  when: |
    TRUE
steps:
  - {step: log, agent: scribe, use: log_activity}
  - {step: relate, agent: scribe, use: relate_people, activity: '{!$Step.log.id}'}
outcomes:
  logged: {when: '{!NOT($Step.log.held)}'}
  waiting: {due: 2 days, then: escalate, to: priya.shah@acme.example}
"""


def main() -> None:
    """Backfill, log one by one, and print how the two compare."""
    files = {"agents/scribe.yaml": AGENT, "workflows/log-meetings.yaml": LOG}
    with House(only=["missing-next-step"], files=files) as house, tempfile.TemporaryDirectory() as folder:
        export = Path(folder)
        know(house)
        for name, call in calls(house.clock.now()):
            (export / f"{name}.json").write_text(json.dumps(call))
        house.promote("log-meetings")
        before, began = house.org.access.used, time.perf_counter()
        found = capture.bring_in(house.space.house, export)
        read = time.perf_counter() - began
        house.play()
        seconds = time.perf_counter() - began
        spent = house.org.access.used - before
        again = time.perf_counter()
        capture.bring_in(house.space.house, export)
        again = time.perf_counter() - again
        events = house.query("SELECT COUNT(Id) n FROM Event")[0]["n"]
        named = house.query("SELECT COUNT(Id) n FROM EventRelation")[0]["n"]
        one_by_one = baseline(house)
    each, bare = seconds / CALLS, one_by_one / SAMPLE
    print(
        f"{found.calls:,} calls taken in within {read:.1f} s, logged {seconds - read:.1f} s later: {events:,} Events,"
    )
    print(f"with {named:,} people named; the same export again, of which nothing is new: {again:.1f} s")
    print(f"{each * 1000:.1f} ms a call, and one REST call that only creates it {bare * 1000:.1f}: x{each / bare:.1f}")
    print(f"{spent:,} API calls: {spent / CALLS:.2f} for each call that is logged, where the baseline takes 1")
    if events != CALLS or spent > MOST_API_CALLS * CALLS:
        raise SystemExit("a backfill logs each call once, and takes no more of the org's API calls than it may")


def know(house: House) -> None:
    """Give the org the customers: an account, a deal and two contacts each."""
    for number in range(CUSTOMERS):
        account = house.create("Account", Name=f"Customer {number}", Website=f"c{number}.example")
        deal = {"StageName": "Prospecting", "CloseDate": "2027-06-30", "AccountId": account}
        house.create("Opportunity", by=REP, Name=f"Customer {number} - pumps", **deal)
        for name in ("anna", "ben"):
            address = f"{name}@c{number}.example"
            house.create("Contact", FirstName=name.title(), LastName="Roe", Email=address, AccountId=account)


def calls(now: datetime) -> Iterator[tuple[str, dict[str, object]]]:
    """Give the calls, three an hour, each of one of ours with two customers, of forty turns."""
    for number in range(CALLS):
        customer = number % CUSTOMERS
        people = (
            ("Maya Chen", REP),
            ("Anna Roe", f"anna@c{customer}.example"),
            ("Ben Roe", f"ben@c{customer}.example"),
        )
        parties = [
            {"id": str(at), "name": name, "emailAddress": address, "speakerId": str(at)}
            for at, (name, address) in enumerate(people)
        ]
        said = [
            {
                "speakerId": str(turn % 3),
                "sentences": [{"start": turn * 20_000, "end": turn * 20_000 + 15_000, "text": f"{SAID} {turn}"}],
            }
            for turn in range(TURNS)
        ]
        started = now - timedelta(days=90) + timedelta(minutes=20 * number)
        about = {"id": str(number), "title": f"Pumps {number}", "started": started.isoformat(), "duration": 900}
        yield f"{number:04}", {"metaData": about, "parties": parties, "transcript": said}


def baseline(house: House) -> float:
    """Create some Events, one REST call each, and give the seconds."""
    writer = Writer(house.space.writing)
    began = time.perf_counter()
    for number in range(SAMPLE):
        start = datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(hours=number)
        event = {"Subject": f"Pumps {number}", "StartDateTime": start.isoformat()}
        [made] = writer.create("Event", [{**event, "EndDateTime": (start + timedelta(minutes=15)).isoformat()}])
        assert made.ok
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
