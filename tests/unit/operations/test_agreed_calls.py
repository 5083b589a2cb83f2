"""The API calls of an audit: never more than were agreed to, and a refusal on the way is a denial."""

from typing import Any

import pytest
from tests.unit.foundation.talk import an_org
from tests.unit.salesforce.conftest import ScriptedOrg

from upbeat.foundation import Answer, Check, Found, Ground, Question, Unseen, Way
from upbeat.foundation.checks import Look
from upbeat.operations.auditing import running
from upbeat.operations.auditing.asking import Asker
from upbeat.operations.auditing.keeping import Kept
from upbeat.salesforce import CallsSpent, Reader

QUERY = "SELECT Id FROM Task"
MORE = "/services/data/v67.0/query/01g000000000001AAA-2000"


class Memory(Kept):
    """Answers and calls that are kept as long as the test lasts."""

    def __init__(self) -> None:
        self.calls = 0

    def get(self, key: str) -> Answer | None:
        del key

    def put(self, key: str, answer: Answer) -> None:
        pass

    def spend(self, calls: int) -> None:
        self.calls += calls


def asker(org: ScriptedOrg, most: int) -> Asker:
    return Asker(Reader(org.session()), an_org(), Memory(), most)


def page(number: int) -> dict[str, Any]:
    return {"totalSize": 9, "done": False, "nextRecordsUrl": MORE, "records": [{"Id": f"00T{number}"}]}


def reads(*, kept: bool) -> Check:
    def look(_: Ground) -> Look:
        [answer] = yield (Question(Way.QUERY, QUERY, kept=kept),)
        if answer.denied:
            return Found(unseen=(Unseen("Task", "", answer.denied),))
        return Found(unseen=tuple(Unseen("Task", row["Id"], "") for row in answer.rows))

    return Check("reads-tasks", "Tasks", look)


@pytest.mark.parametrize("kept", [True, False])
def test_an_answer_of_more_pages_than_was_thought_ends_where_the_calls_do(*, kept: bool) -> None:
    org = ScriptedOrg()
    org.will(*(org.gives(page(number)) for number in range(9)))
    asking = asker(org, most=3)
    with pytest.raises(CallsSpent):
        asking.hold(reads(kept=kept))
    assert (len(org.requests), asking.kept.calls) == (3, 3)


def test_a_call_that_is_sent_again_counts_as_well() -> None:
    org = ScriptedOrg()
    org.will(org.refuses(503, "SERVER_UNAVAILABLE"))
    with pytest.raises(CallsSpent):
        asker(org, most=2).hold(reads(kept=True))
    assert len(org.requests) == 2


@pytest.mark.parametrize("kept", [True, False])
def test_what_the_org_refuses_on_a_later_page_is_told_as_denied(*, kept: bool) -> None:
    org = ScriptedOrg()
    org.will(org.gives(page(1)), org.refuses(400, "INSUFFICIENT_ACCESS", "no more of these"))
    found = running._held(asker(org, most=9), reads(kept=kept))
    assert [one.why for one in found.unseen] == ["INSUFFICIENT_ACCESS: no more of these"]
