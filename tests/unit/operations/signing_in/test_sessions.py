"""Sessions of the console: what opens one, how it is replaced, what ends it."""

from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select

from upbeat.ledger import Kind, Stored
from upbeat.localorg import Fault
from upbeat.operations import House, Refused
from upbeat.operations.signing_in import (
    How,
    end_session,
    find_session,
    look,
    look_again,
    open_session,
    sessions,
    sign_out,
    standing_of,
)
from upbeat.operations.signing_in.sessions import IDLE, LONGEST, TURN
from upbeat.salesforce import SalesforceError
from upbeat.store.tables import console_sessions
from upbeat.testing import House as Whole

PRIYA, DANA, MAYA = (f"{one}@acme.example" for one in ("priya.shah", "dana.whitfield", "maya.chen"))


def told(house: House, kind: Kind) -> list[Stored]:
    with house.store.reading() as conn:
        now = house.clock.now()
        return list(house.ledger.between(conn, now - timedelta(days=9), now + timedelta(days=1), [kind]))


def test_a_cookie_opens_its_session_and_nothing_else_does(house: House) -> None:
    opened = open_session(house, MAYA, How.SALESFORCE)
    found = find_session(house, opened.cookie)
    assert found is not None
    assert (found.session.username, found.cookie) == (MAYA, "")
    first, second = opened.cookie.split(".")
    for wrong in ("", ".", first, f"{second}.{first}", f"{first[:-1]}.{second}"):
        assert find_session(house, wrong) is None


def test_the_store_holds_nothing_that_opens_a_session(house: House) -> None:
    opened = open_session(house, MAYA, How.SALESFORCE)
    first, second = opened.cookie.split(".")
    with house.store.reading() as conn:
        row = conn.execute(select(console_sessions).where(console_sessions.c.key == opened.session.key)).one()
    kept = [str(one) for one in row]
    assert not [one for one in (first, second, opened.session.form_token) if any(one in text for text in kept)]
    assert row.turn == sha256(second.encode()).hexdigest()


def test_whoever_signs_in_gets_a_session_that_nobody_could_have_set_before(house: House) -> None:
    one, two = open_session(house, MAYA, How.SALESFORCE), open_session(house, MAYA, How.SALESFORCE)
    assert not set(one.cookie.split(".")) & set(two.cookie.split("."))
    assert one.session.form_token != two.session.form_token


def test_half_a_cookie_is_replaced_in_time_and_forms_stay_good(whole: Whole, house: House) -> None:
    opened = open_session(house, MAYA, How.SALESFORCE)
    whole.clock.advance(TURN)
    turned = find_session(house, opened.cookie)
    assert turned is not None
    assert turned.cookie not in {"", opened.cookie}
    again = find_session(house, turned.cookie)
    assert again is not None
    assert again.session.form_token == opened.session.form_token == turned.session.form_token


def test_requests_that_were_on_their_way_still_come_in(whole: Whole, house: House) -> None:
    opened = open_session(house, MAYA, How.SALESFORCE)
    whole.clock.advance(TURN)
    turned = find_session(house, opened.cookie)
    assert turned is not None
    assert find_session(house, turned.cookie) is not None
    whole.clock.advance(timedelta(seconds=30))
    late = find_session(house, opened.cookie)
    assert late is not None
    assert late.cookie == ""


def test_of_requests_at_one_time_one_is_given_the_new_half_and_it_stays_good(whole: Whole, house: House) -> None:
    opened = open_session(house, MAYA, How.SALESFORCE)
    whole.clock.advance(TURN)
    given = [one.cookie for _ in range(3) if (one := find_session(house, opened.cookie)) is not None]
    [new] = filter(None, given)
    assert len(given) == 3
    assert find_session(house, new) is not None


def test_an_answer_that_was_lost_with_its_cookie_costs_nobody_their_session(whole: Whole, house: House) -> None:
    opened = open_session(house, MAYA, How.SALESFORCE)
    whole.clock.advance(TURN)
    assert find_session(house, opened.cookie) is not None  # and the browser never hears of it
    whole.clock.advance(timedelta(minutes=5))
    again = find_session(house, opened.cookie)
    assert again is not None
    assert find_session(house, again.cookie) is not None


def test_a_cookie_that_was_replaced_and_comes_back_ends_the_session_for_both(whole: Whole, house: House) -> None:
    opened = open_session(house, MAYA, How.SALESFORCE)
    whole.clock.advance(TURN)
    turned = find_session(house, opened.cookie)
    assert turned is not None
    find_session(house, turned.cookie)
    whole.clock.advance(timedelta(minutes=2))
    assert find_session(house, opened.cookie) is None
    assert find_session(house, turned.cookie) is None
    entry = told(house, Kind.SESSION_ENDED)[-1]
    assert (entry.payload["of"], "may have copied it" in entry.payload["why"]) == (MAYA, True)


@pytest.mark.parametrize("idle", [True, False])
def test_a_session_ends_by_itself(whole: Whole, house: House, *, idle: bool) -> None:
    cookie = open_session(house, MAYA, How.SALESFORCE).cookie
    for _ in range(1 if idle else LONGEST // timedelta(hours=1)):
        whole.clock.advance(IDLE if idle else timedelta(hours=1))
        found = find_session(house, cookie)
        cookie = found.cookie or cookie if found else cookie
    assert find_session(house, cookie) is None


def test_who_signs_out_is_out_and_the_cookie_opens_nothing_any_more(house: House) -> None:
    opened = open_session(house, MAYA, How.SALESFORCE)
    assert sign_out(house, opened.cookie)
    assert find_session(house, opened.cookie) is None
    assert not sign_out(house, opened.cookie)
    [end] = [one for one in told(house, Kind.SESSION_ENDED) if one.payload["session"] == opened.session.key]
    assert (end.actor, end.payload["why"]) == (MAYA, "signed out")


def test_one_ends_ones_own_session_and_nobody_elses_without_the_permission(house: House) -> None:
    for person in (PRIYA, DANA):
        look(house, person)
    opened = open_session(house, MAYA, How.SALESFORCE)
    with pytest.raises(Refused, match="no such session"):
        end_session(house, opened.session.key, DANA)
    assert end_session(house, opened.session.key, PRIYA).username == MAYA
    assert find_session(house, opened.cookie) is None
    mine = open_session(house, DANA, How.SALESFORCE)
    assert end_session(house, mine.session.key, DANA).username == DANA


def test_who_is_no_active_user_any_more_is_out_at_once(whole: Whole, house: House) -> None:
    look(house, MAYA)
    cookies = [open_session(house, MAYA, How.SALESFORCE).cookie for _ in range(2)]
    whole.update("User", whole.ids[MAYA], IsActive=False)
    whole.clock.advance(timedelta(minutes=2))  # people are known for a minute
    assert look_again(house, MAYA) is None
    assert [find_session(house, one) for one in cookies] == [None, None]
    assert (sessions(house, MAYA), standing_of(house, MAYA)) == ([], None)
    assert "is not active" in told(house, Kind.SESSION_ENDED)[-1].payload["why"]
    whole.update("User", whole.ids[MAYA], IsActive=True)
    whole.clock.advance(timedelta(minutes=2))


def test_while_the_org_is_away_its_last_word_holds(whole: Whole, house: House) -> None:
    before = look(house, DANA)
    opened = open_session(house, DANA, How.SALESFORCE)
    whole.clock.advance(timedelta(minutes=6))
    whole.org.faults.add(Fault(".*/query", "503 before", times=9))
    with pytest.raises(SalesforceError):
        look_again(house, DANA)
    whole.org.faults.clear()
    assert find_session(house, opened.cookie) is not None
    assert standing_of(house, DANA) == before


def test_the_history_says_who_came_in_and_how(house: House) -> None:
    opened = open_session(house, MAYA, How.DEV)
    entry = told(house, Kind.SIGNED_IN)[-1]
    assert (entry.actor, entry.payload) == (MAYA, {"how": "dev", "session": opened.session.key})
