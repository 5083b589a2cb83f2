"""A house in which something of everything happened, and whoever could write words wrote an attack."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

from tests.scenarios import queued, talked

from upbeat.operations import capture
from upbeat.operations.mine import my_flags
from upbeat.testing import House

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"
LIVE = ("raise-forecast", "route-inbound-leads", "ask-for-a-move")
POOL = "inbound"
ASKS = """\
workflow: ask-for-a-move
title: A customer agreed by word, and nothing is signed
function: ae
family: deal-execution
owner: priya.shah@acme.example
problem: Deals go quiet
metric: days_quiet
rollback: Nothing to take back, as it only asks
trigger: {start: updated, object: Opportunity, watches: [Verbal_Commitment__c], when: "Verbal_Commitment__c"}
steps:
  - step: ask
    agent: deal-inspector
    use: request_decision
    of: '{!$Record.OwnerId}'
    question: What is the next move on {!Name}?
    choices: [multithread, hold stage]
    due: 2 days
outcomes:
  decided: {when: '{!NOT(ISBLANK($Step.ask.choice))}'}
  waiting: {due: 2 days, then: escalate, to: '{!$Record.Owner.ManagerId}'}
"""
CALL = "a call"


def a_house() -> House:
    """Give a house that routes leads, weighs deals and takes in calls; it is not open yet."""
    return House(files={**talked.files("Event"), **queued.FILES, f"workflows/{LIVE[2]}.yaml": ASKS})


def happen(house: House, folder: Path) -> Mapping[str, str]:
    """Let people do their worst, and give what there is to look at below `/workflows`, `/review` and the like."""
    house.promote(*LIVE)
    words = {"LastName": f"Rossi {SCRIPT}", "Company": f"Contoso {SCRIPT}", "Country": f"Nowhere {SCRIPT}"}
    lead = house.create("Lead", **words, OwnerId=house.ids["New Leads"])
    account = house.create("Account", Name=f"Dyke {SCRIPT}")
    house.create("Contact", LastName=f"Kramer {SCRIPT}", Email="joost@dyke.example", AccountId=account)
    terms = {"CloseDate": "2026-12-18", "Amount": 42_000, "NextStep": f"Meet {SCRIPT}", "StageName": "Prospecting"}
    deal = house.create("Opportunity", by=talked.AE, Name=f"Pumps {SCRIPT}", AccountId=account, **terms)
    capture.add(house.space.house, [_call(folder)])
    house.play()
    house.update("Opportunity", deal, by=talked.AE, Verbal_Commitment__c=True)
    house.play()
    [call] = capture.listed(house.space.house)
    review = next(one for one in house.reviews() if (one.record_id, one.tier) == (deal, "review"))
    [flag, *_] = my_flags(house.space.house, talked.AE)
    return {
        "/workflows/": LIVE[0],
        "/scorecards/": LIVE[0],
        "/review/": review.id,
        "/runs/": house.run(lead).run,
        "/records/": deal,
        "/calls/": call.key,
        "/routing/": POOL,
        "/me/flags/": flag.run,
    }


def address(path: str, named: Mapping[str, str]) -> str:
    """Fill a path's parts: the first with what there is below that address, `/runs/{run_id}` with a run.

    What nothing is named for is filled with a 1.
    """
    below = path.removeprefix("/api").partition("{")[0]
    first = re.sub(r"\{\w+\}", lambda _: named.get(below, "1"), path, count=1)
    return re.sub(r"\{\w+\}", "1", first)


def _call(folder: Path) -> Path:
    people = (("Maya Chen", talked.AE), (f"Joost {SCRIPT}", "joost@dyke.example"))
    parties = [
        {"id": str(at), "name": who, "emailAddress": address, "speakerId": str(at)}
        for at, (who, address) in enumerate(people)
    ]
    said = f"Our budget is 40,000 euros and Ines signs it. {SCRIPT} We will send the contract by Friday."
    about = {"id": CALL, "title": f"Pumps {SCRIPT}", "started": "2026-11-03T10:00:00+01:00", "duration": 1200}
    talk = [{"speakerId": "1", "sentences": [{"start": 1000, "end": 9000, "text": said}]}]
    file = folder / "call.json"
    file.write_text(json.dumps({"metaData": about, "parties": parties, "transcript": talk}), encoding="utf-8")
    return file
