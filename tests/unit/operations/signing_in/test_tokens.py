"""API tokens: for less than their person may, for a time, known by their digest."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from upbeat.ledger import Kind
from upbeat.operations import House, Refused
from upbeat.operations.signing_in import SCOPES, How, MadeToken, find_token, look, make_token, revoke_token, tokens
from upbeat.store.tables import console_tokens
from upbeat.testing import House as Whole
from upbeat.workflows import Permission

PRIYA, DANA, MAYA = (f"{one}@acme.example" for one in ("priya.shah", "dana.whitfield", "maya.chen"))
READS = [Permission.WATCH, Permission.AUDIT]


@pytest.fixture
def made(house: House) -> MadeToken:
    for person in (PRIYA, DANA, MAYA):
        look(house, person)
    return make_token(house, PRIYA, "nightly export", READS, 30, How.SALESFORCE)


def test_its_text_opens_a_token_and_no_other_text_does(house: House, made: MadeToken) -> None:
    found = find_token(house, made.text)
    assert found is not None
    assert (found.username, found.scopes) == (PRIYA, (Permission.WATCH, Permission.AUDIT))
    for wrong in ("", made.text[:-1], made.text.upper(), f"x{made.text}", made.token.id, f"upbeat_{made.token.id}_"):
        assert find_token(house, wrong) is None


def test_the_store_and_the_history_hold_no_text_of_a_token(house: House, made: MadeToken) -> None:
    secret = made.text.split("_", 2)[2]
    with house.store.reading() as conn:
        row = conn.execute(select(console_tokens).where(console_tokens.c.id == made.token.id)).one()
        now = house.clock.now()
        *_, entry = house.ledger.between(conn, now - timedelta(1), now + timedelta(1), [Kind.TOKEN_MADE])
    assert secret not in str(row)
    assert secret not in str(entry)
    assert (entry.actor, entry.payload["token"], entry.payload["scopes"]) == (PRIYA, made.token.id, ["watch", "audit"])


def test_a_token_ends_with_its_day(whole: Whole, house: House, made: MadeToken) -> None:
    whole.clock.advance(timedelta(days=30))
    assert find_token(house, made.text) is None


@pytest.mark.parametrize(
    ("by", "name", "scopes", "days", "why"),
    [
        pytest.param(MAYA, "mine", READS, 30, "cannot give away: watch, audit", id="more than one may oneself"),
        pytest.param(PRIYA, "all", [Permission.CONNECT], 30, "cannot give away: connect", id="secrets"),
        pytest.param("nobody@acme.example", "x", READS, 30, "cannot give away", id="nobody"),
        pytest.param(PRIYA, " ", READS, 30, "has no name", id="without a name"),
        pytest.param(PRIYA, "none", [], 30, "for nothing", id="for nothing"),
        pytest.param(PRIYA, "for ever", READS, 367, "no time for a token", id="for ever"),
        pytest.param(PRIYA, "never", READS, 0, "no time for a token", id="for no time"),
    ],
)
@pytest.mark.usefixtures("made")
def test_no_token_is_made(house: House, by: str, name: str, scopes: list[Permission], days: int, why: str) -> None:
    with pytest.raises(Refused, match=why):
        make_token(house, by, name, scopes, days, How.SALESFORCE)


def test_a_revoked_token_opens_nothing_and_stays_in_the_list(house: House, made: MadeToken) -> None:
    revoked = revoke_token(house, made.token.id, PRIYA)
    assert (revoked.revoked_by, find_token(house, made.text)) == (PRIYA, None)
    again = revoke_token(house, made.token.id, PRIYA)
    assert again.revoked_at == revoked.revoked_at
    assert made.token.id in {one.id for one in tokens(house, PRIYA)}


def test_nobody_revokes_anothers_token_but_who_keeps_the_keys(house: House, made: MadeToken) -> None:
    with pytest.raises(Refused, match="no such token"):
        revoke_token(house, made.token.id, DANA)
    theirs = make_token(house, DANA, "team board", [Permission.WATCH], 1, How.SALESFORCE)
    assert revoke_token(house, theirs.token.id, PRIYA).revoked_by == PRIYA


def test_no_token_is_for_connections_and_secrets() -> None:
    assert Permission.CONNECT not in SCOPES
