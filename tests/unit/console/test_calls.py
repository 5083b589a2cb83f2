"""Calls as pages: what was captured, and a transcript beside what was taken from it, each value with its words."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.unit.console.conftest import DANA, MAYA, PRIYA, SignIn

from upbeat.app import add_template
from upbeat.conversation import Conversation, Medium, Party, Turn
from upbeat.engine.naming import note_read
from upbeat.operations.capture import drop, take
from upbeat.operations.tracing import EVERYTHING, Scope, Sort, record_story, search
from upbeat.testing import House
from upbeat.workflows import PLAYBOOKS, templates

BEN = "ben.foster@acme.example"
FLOWS = ("log-meetings", "update-deal-from-conversation")
SAID = (
    ("Maya Chen", "Thanks for making the time. What goes wrong with the trailers today?"),
    ("Hanna Berg", "Our trailers lose their cooling and we find out when the customer calls. That is a real problem."),
    ("Maya Chen", "What does that cost you?"),
    ("Hanna Berg", "We lost 240,000 euros last year to spoiled loads <script>alert(1)</script>."),
    ("Maya Chen", "I'll send you the pilot plan by Friday."),
)
TITLE = "Havelund <script>alert(2)</script>"


def talk(house: House, number: int, before: int = 0) -> Conversation:
    """Give a meeting in which so many turns of no matter come first."""
    parties = (Party("Maya Chen", MAYA), Party("Hanna Berg", "hanna.berg@havelund.example"))
    idle = [(parties[at % 2].name, f"Lorry {at} went as it always goes.") for at in range(before)]
    turns = tuple(
        Turn(at, who, int(who == "Hanna Berg"), at * 4.0, at * 4 + 3, 3, text)
        for at, (who, text) in enumerate([*idle, *SAID])
    )
    began = house.clock.now() - timedelta(hours=1, days=number)
    return Conversation(
        medium=Medium.MEETING,
        source="Teams",
        source_id=f"m-{number}",
        title=TITLE,
        began=began,
        seconds=len(turns) * 4.0,
        parties=parties,
        turns=turns,
    )


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    tools = (PLAYBOOKS / "tools.yaml").read_text(encoding="utf-8")  # Acme's other tool writes summaries too
    files = {"tools.yaml": tools.replace("[Description, Transcript__c]", "[Transcript__c]")}
    with House(only=["none of the shipped ones"], files=files) as house:
        for template in templates():
            if template.name in FLOWS:
                add_template(house.folder, template)
        account = house.create("Account", Name="Havelund Fresh", Website="havelund.example")
        house.create(
            "Contact", FirstName="Hanna", LastName="Berg", Email="hanna.berg@havelund.example", AccountId=account
        )
        house.create(
            "Opportunity",
            Name="Havelund - trailers",
            AccountId=account,
            OwnerId=house.ids[MAYA],
            StageName="Needs Analysis",
            CloseDate="2027-01-31",
        )
        inside = house.space.house
        take(inside, [talk(house, 0), talk(house, 3, before=995), talk(house, 5)])
        house.play()
        drop(inside, talk(house, 5).key, DANA, "the customer asked for it")
        yield house


@pytest.fixture(scope="module")
def short(house: House) -> str:
    return talk(house, 0).key


@pytest.fixture(scope="module")
def long(house: House) -> str:
    return talk(house, 3).key


def test_the_list_has_each_conversation_once_with_its_people_the_newest_first(sign_in: SignIn, short: str) -> None:
    browser = sign_in(DANA)
    found = browser.get("/api/calls").json()["calls"]
    assert (found["total"], found["rows"][0]["key"]) == (2, short)
    assert found["rows"][0]["people"] == ["Maya Chen", "Hanna Berg"]
    page = browser.get("/calls").text
    assert "Havelund &lt;script&gt;alert(2)" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("query", "count"), [("state=kept", 2), ("medium=email", 0), ("medium=meeting", 2), ("of=006000000000001AAA", 0)]
)
def test_the_list_is_narrowed_by_state_medium_and_record(sign_in: SignIn, query: str, count: int) -> None:
    assert sign_in(DANA).get(f"/api/calls?{query}").json()["calls"]["total"] == count


def test_each_value_leads_to_the_turn_in_which_its_very_words_stand(sign_in: SignIn, long: str) -> None:
    browser = sign_in(DANA)
    found = browser.get(f"/api/calls/{long}").json()
    proofs = [one["proof"] for kind in found["heard"] for one in kind["values"]]
    proofs += [one["proof"] for one in found["taken"] if one["proof"]]
    assert proofs
    for one in proofs:
        path, _, anchor = one["to"].partition("#")
        assert anchor == f"turn-{one['turn']}"
        said = browser.get(f"/api{path}").json()["said"]["rows"]
        [turn] = [each for each in said if each["number"] == one["turn"]]
        assert one["quote"] in "".join(part["text"] for part in turn["parts"])


def test_the_words_that_a_value_rests_on_are_marked_and_are_no_markup(sign_in: SignIn, short: str) -> None:
    page = sign_in(DANA).get(f"/calls/{short}").text
    assert re.search(r"<mark>[^<]*240,000 euros", page)
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_what_goes_into_the_org_says_where_it_stands_and_why(sign_in: SignIn, short: str) -> None:
    taken = sign_in(DANA).get(f"/api/calls/{short}").json()["taken"]
    assert taken
    assert {one["value"]["state"] for one in taken} == {"observed"}  # the workflows are in monitor mode
    assert all(one["value"]["quote"] and one["value"]["run"] for one in taken)
    assert "would have been written" in sign_in(DANA).get(f"/calls/{short}").text


def test_an_hours_talk_of_a_thousand_turns_is_shown_fifty_at_a_time(sign_in: SignIn, long: str) -> None:
    browser = sign_in(DANA)
    page = browser.get(f"/calls/{long}").text
    assert len(re.findall(r'id="turn-\d+"', page)) == 50
    assert "Page 1 of 20" in page
    last = browser.get(f"/calls/{long}?page=20").text
    assert 'id="turn-999"' in last
    assert 'id="turn-998"' in browser.get(f"/calls/{long}?turn=998").text


def test_the_stretch_that_speaks_of_something_is_found_and_what_nobody_said_is_said_to_be_missing(
    sign_in: SignIn, long: str
) -> None:
    browser = sign_in(DANA)
    found = browser.get(f"/api/calls/{long}?about=cooling+customer").json()["said"]
    assert found["total"] < 60
    assert any("cooling" in part["text"] for one in found["rows"] for part in one["parts"])
    missing = browser.get(f"/calls/{long}?about=zeppelin")
    assert (missing.status_code, "Nobody speaks of zeppelin" in missing.text) == (200, True)


def test_of_a_conversation_that_was_erased_the_page_has_why_and_no_word(sign_in: SignIn, house: House) -> None:
    page = sign_in(PRIYA).get(f"/calls/{talk(house, 5).key}").text
    assert "Nothing of what was said is here" in page
    assert "trailers" not in page


def test_a_call_in_which_nobody_of_ones_team_took_part_is_no_page(sign_in: SignIn, house: House) -> None:
    key = talk(house, 5).key  # who took part in it is erased with its words
    assert sign_in(DANA).get(f"/calls/{key}").status_code == 404
    assert sign_in(DANA).get(f"/api/calls/{key}").status_code == 404


def test_the_list_has_what_its_reader_may_open_and_counts_no_more(sign_in: SignIn, house: House) -> None:
    gone = talk(house, 5).key
    for person, all_of_it in ((DANA, False), (PRIYA, True)):
        browser = sign_in(person)
        found = browser.get("/api/calls").json()
        keys = {one["key"] for one in found["calls"]["rows"]}
        assert (gone in keys) is all_of_it
        assert sum(count for _, count in found["counts"]) == found["calls"]["total"] == len(keys)
        assert {browser.get(f"/calls/{key}").status_code for key in keys} == {200}


def test_a_deal_in_the_list_goes_by_its_name_where_the_line_has_read_it(sign_in: SignIn, short: str) -> None:
    [one] = [one for one in sign_in(DANA).get("/api/calls").json()["calls"]["rows"] if one["key"] == short]
    assert one["opportunity_name"] == "Havelund - trailers"


def test_a_record_leads_its_owner_to_no_call_of_people_who_are_not_theirs(house: House) -> None:
    inside = house.space.house
    [hanna] = inside.query("SELECT Id, Name FROM Contact WHERE LastName = 'Berg'", {})
    with inside.store.writing() as conn:
        note_read(conn, "Contact", [{**hanna, "OwnerId": house.ids[BEN]}])
    for scope, kept in ((Scope(frozenset({BEN})), 0), (Scope(frozenset({BEN, MAYA})), 2), (EVERYTHING, 2)):
        story = record_story(inside, hanna["Id"], scope)
        assert story is not None
        hits = [one for one in search(inside, "Hanna", scope).hits if one.sort is Sort.CONVERSATION]
        assert (len(story.conversations), len(hits)) == (kept, kept)


def test_a_call_that_nobody_captured_is_no_page(sign_in: SignIn) -> None:
    assert sign_in(DANA).get("/calls/c-0000000000000000").status_code == 404
    assert sign_in(MAYA).get("/calls").status_code == 403
