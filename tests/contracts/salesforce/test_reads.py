"""Reading: every record once, whatever goes wrong on the way, and nothing asked again without a word."""

from datetime import timedelta
from typing import Any

import pytest

from upbeat.salesforce import LimitReached, Rejected, Retryable, SessionDead

PASSING = [
    pytest.param("401", "session", id="the session ended"),
    pytest.param("unusable session", "session", id="the session became unusable"),
    pytest.param("concurrent limit", "too many calls at once", id="too many at once"),
    pytest.param("500 before", "trouble at the org", id="500"),
    pytest.param("500 after commit", "trouble at the org", id="500 after the work"),
    pytest.param("503 before", "trouble at the org", id="503"),
    pytest.param("503 after commit", "trouble at the org", id="503 after the work"),
    pytest.param("cut before", "network", id="cut"),
    pytest.param("cut after commit", "network", id="cut after the work"),
]
STEPS = [
    pytest.param("GET .*/query", id="query"),
    pytest.param("GET .*/describe", id="describe"),
    pytest.param("GET .*/limits", id="limits"),
]


def everything(org: Any) -> tuple[list[str], str, bool]:
    """Read in each of the ways that Upbeat reads."""
    names = [row["LastName"] for row in org.standing()]
    return names, org.reader.describe("Lead")["name"], "DailyApiRequests" in org.reader.limits()


@pytest.mark.law(2)
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(("kind", "cause"), PASSING)
def test_what_passes_is_waited_out_and_told_once(org: Any, step: str, kind: str, cause: str) -> None:
    org.made(3)
    org.fails(step, kind, seconds=2)
    before = org.session.calls
    assert everything(org) == (["Row 0", "Row 1", "Row 2"], "Lead", True)
    assert org.explained() == [cause]
    assert org.session.calls - before == 3 + 1


def test_trouble_that_goes_on_is_given_up_after_waits_that_are_told(org: Any) -> None:
    org.fails("GET .*/query", "500 before", times=None)
    with pytest.raises(Retryable):
        org.standing()
    assert org.explained() == ["trouble at the org"] * 4
    assert org.told[-1]["event"] == "given up"


def test_a_session_that_no_renewal_cures_ends_with_what_to_do(org: Any) -> None:
    org.fails(".*/query", "unusable session", times=None)
    with pytest.raises(SessionDead, match="not valid for use") as dead:
        org.standing()
    assert "API Enabled" in dead.value.fix


def test_the_days_limit_is_not_waited_for(org: Any) -> None:
    org.fails("GET .*/query", "limit")
    with pytest.raises(LimitReached):
        org.standing()
    assert org.explained() == []


def test_a_wait_that_the_org_asks_for_is_kept(org: Any) -> None:
    org.fails("GET .*/query", "503 before", seconds=17)
    org.standing()
    [line] = [line for line in org.told if line["event"] == "sending again"]
    assert line["wait"] >= 17


@pytest.mark.law(2)
def test_a_position_that_is_gone_loses_no_record_in_silence(org: Any) -> None:
    org.writer.create("Lead", org.rows(2_001))
    org.fails("GET .*/query/", "dead locator")
    text = "SELECT Id FROM Lead WHERE Company = :company"
    with pytest.raises(Retryable, match=r"cursor after 2,000 of 2,001 records"):
        org.reader.query(text, {"company": org.company})
    assert len(org.reader.query(text, {"company": org.company})) == 2_001


def test_a_bind_is_a_value_whatever_stands_in_it(org: Any) -> None:
    odd = f"{org.company}' OR Name != '"
    org.writer.create("Lead", [{"LastName": "It's\\ me", "Company": odd[:200]}])
    found = org.reader.query("SELECT LastName FROM Lead WHERE Company = :odd", {"odd": odd[:200]})
    assert [row["LastName"] for row in found] == ["It's\\ me"]
    org.writer.delete(
        [row["Id"] for row in org.reader.query("SELECT Id FROM Lead WHERE Company = :c", {"c": odd[:200]})]
    )


def test_a_moment_with_an_offset_is_sent_whole(org: Any) -> None:
    [lead] = org.made(1)
    text = "SELECT Id FROM Lead WHERE Company = :company AND CreatedDate > :before"
    binds = {"company": org.company, "before": org.clock.now() - timedelta(hours=1)}
    assert [row["Id"] for row in org.reader.query(text, binds)] == [lead]


def test_a_field_that_is_not_there_is_refused_by_its_name(org: Any) -> None:
    with pytest.raises(Rejected, match="Moood__c") as refused:
        org.reader.query("SELECT Moood__c FROM Lead")
    assert refused.value.code == "INVALID_FIELD"


def test_the_org_says_how_many_calls_are_used(org: Any) -> None:
    org.standing()
    assert org.session.usage is not None
    assert 0 < org.session.usage.used <= org.session.usage.allowed
