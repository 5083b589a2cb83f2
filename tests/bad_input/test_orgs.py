"""What an org answers instead of what was asked: one message with a fix where nothing can be done; nothing is lost."""

import json
from contextlib import closing

import pytest
from tests.bad_input.conftest import Site, everything_is_done_once
from tests.crash.conftest import promote

from upbeat.base import SystemClock
from upbeat.localorg import Fault, LocalOrg, Server, sample
from upbeat.localorg.faults import Faults

pytestmark = [pytest.mark.law(2), pytest.mark.law(3)]

FOR_EVER = 1_000_000
CREATE = "PATCH .*/sobjects/Task/"
UPDATE = r"PATCH .*/composite/sobjects($|\?)"


@pytest.fixture
def live(site: Site) -> Site:
    """A site with live workflows, and two leads that have just arrived."""
    promote(site.folder)
    site.arrive(2)
    return site


ANSWERS = [
    pytest.param(
        "401",
        "GET query: INVALID_SESSION_ID: Session expired or invalid\n"
        "  A new token did not help. Check that the run-as user of client upbeat-reader is active and has the "
        "permission API Enabled, and that the connected app's policies allow the REST API.\n",
        id="401 for ever",
    ),
    pytest.param(
        "limit",
        "GET query: REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.\n"
        "  Wait: the allowance refills hour by hour. Setup > Company Information shows it.\n",
        id="403 REQUEST_LIMIT_EXCEEDED",
    ),
]


@pytest.mark.parametrize(("kind", "message"), ANSWERS)
def test_an_org_that_answers_no_query_is_named_with_what_to_do(live: Site, kind: str, message: str) -> None:
    live.org.faults.add(Fault("GET .*/query", kind, FOR_EVER))
    refused = live.run()
    assert (refused.err, refused.code) == (message, 1)
    live.org.faults = Faults()
    assert live.run().code == 0
    everything_is_done_once(live)


def test_a_session_that_ended_once_is_renewed_without_a_word(live: Site) -> None:
    live.org.faults.add(Fault("GET .*/query", "401"))
    done = live.run()
    assert (done.err, done.code) == ("", 0)
    everything_is_done_once(live)


def test_writes_that_met_trouble_are_done_by_the_same_run_and_it_says_so(live: Site) -> None:
    live.org.faults.add(Fault(UPDATE, "500 after commit"))
    live.org.faults.add(Fault(CREATE, "lock", rows=1))
    assert live.run().code == 0
    everything_is_done_once(live)
    [lead, *_] = live.org.query("SELECT Id FROM Lead", live.org.process_user)
    assert "found in Salesforce after a lost answer" in live.upbeat("explain", lead["Id"]).out


def test_credentials_that_do_not_hold_are_named(site: Site) -> None:
    secret = site.folder / "secrets" / "reader"
    secret.write_text("guessed")
    refused = site.run()
    assert refused.err == (
        f"{site.url}: the org refused the login of client upbeat-reader: invalid_client: invalid client credentials\n"
        "  Check the client id and secret, and that the app allows the client credentials flow.\n"
    )
    assert refused.code == 1


def test_a_secret_that_others_may_read_is_not_used(site: Site) -> None:
    secret = site.folder / "secrets" / "reader"
    secret.chmod(0o644)
    refused = site.run()
    assert refused.err == f"{secret}: the secret is open to other users\n  Run `chmod 600 {secret}`.\n"
    assert refused.code == 1


def test_an_org_that_is_not_there_is_named(site: Site) -> None:
    site.rewrite("upbeat.yaml", site.url, "http://127.0.0.1:9")
    refused = site.run()
    assert refused.err == (
        "http://127.0.0.1:9: the org could not be reached (ConnectError)\n"
        "  Check the address and the network; a local org answers while `upbeat org start` runs.\n"
    )
    assert refused.code == 1


def test_a_store_stays_with_its_org(live: Site) -> None:
    other_id = "00DLo0000000099MAA"
    with closing(LocalOrg(":memory:", clock=SystemClock(), org_id=other_id)) as other, Server(other) as server:
        sample.set_up(other)
        live.rewrite("upbeat.yaml", live.url, server.url)
        refused = live.run()
        live.rewrite("upbeat.yaml", server.url, live.url)
    assert refused.err == (
        f"{live.folder}/upbeat.db: the store belongs to the org {live.org.id}, not to {other_id}\n"
        "  Connect that org, or name another store for this one.\n"
    )
    assert refused.code == 1
    assert live.run().code == 0
    everything_is_done_once(live)


def test_an_error_is_json_too(live: Site) -> None:
    live.org.faults.add(Fault("GET .*/query", "limit", FOR_EVER))
    refused = live.upbeat("run", "--until-idle", "--json")
    assert json.loads(refused.out)["error"]["what"] == "REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded."
    assert (refused.err, refused.code) == ("", 1)
