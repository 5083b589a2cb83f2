"""Who may do what to the workspace itself is a permission of its own, apart from who releases a change."""

from collections.abc import Iterator

import pytest

from upbeat import operations
from upbeat.app import BySecret, Wish, connect, disconnect
from upbeat.localorg import sample
from upbeat.operations import Refused
from upbeat.testing import House
from upbeat.workflows import PLAYBOOKS

PRIYA, DANA, ROWAN = (f"{name}@acme.example" for name in ("priya.shah", "dana.whitfield", "rowan.ellis"))
PERMISSIONS = """
permissions:
  connect: [it]
  resume: [revops]
  roll_back: [revops]
  audit: [it]
  owner: priya.shah@acme.example
  why: IT keeps the keys, and RevOps the logic.

roles:
  it: [dana.whitfield@acme.example]
"""


@pytest.fixture
def house() -> Iterator[House]:
    """A house where Dana alone connects, and RevOps, Priya and Rowan, lets writes go on."""
    policy = (PLAYBOOKS / "policy.yaml").read_text(encoding="utf-8").replace("\nroles:\n", PERMISSIONS, 1)
    with House(files={"policy.yaml": policy}) as one:
        yield one


def test_whoever_releases_changes_does_not_therefore_lift_a_stop(house: House) -> None:
    operations.stop(house.space.house, DANA, "wrong owners")
    with pytest.raises(Refused, match=f"{DANA} may not let writes go on") as refused:
        operations.resume(house.space.house, DANA)
    assert (
        refused.value.fix
        == "policy.yaml gives it to revops: IT keeps the keys, and RevOps the logic. `--as` names you."
    )


def test_whoever_has_the_role_lifts_a_stop(house: House) -> None:
    operations.stop(house.space.house, DANA, "wrong owners")
    assert operations.resume(house.space.house, PRIYA.upper()).by == DANA


def test_everybody_may_stop(house: House) -> None:
    assert operations.stop(house.space.house, ROWAN, "wrong owners").by == ROWAN


def test_whoever_owns_the_logic_does_not_therefore_leave_the_org(house: House) -> None:
    with pytest.raises(Refused, match=f"{PRIYA} may not connect the org or leave it"):
        disconnect(house.space, PRIYA)
    assert house.space.disconnection is None


def test_whoever_keeps_the_keys_leaves_the_org(house: House) -> None:
    assert disconnect(house.space, DANA).by.username == DANA


def test_whoever_decides_changes_does_not_therefore_take_them_back(house: House) -> None:
    with pytest.raises(Refused, match=f"{DANA} may not take writes back"):
        operations.roll_back(house.space.house, "anything", DANA)


def test_whoever_owns_the_logic_does_not_therefore_take_the_history_away(house: House) -> None:
    with pytest.raises(Refused, match=f"{PRIYA} may not take the history away"):
        operations.export_ledger(house.space.house, PRIYA, "jsonl")


@pytest.mark.parametrize("by", ["", PRIYA])
def test_nobody_else_connects_the_org(by: str, house: House) -> None:
    reader, url = sample.CONNECTIONS["reader"], house.space.settings.org.login_url
    wish = Wish(url, sandbox=True, log_in=BySecret(reader.client_id, reader.client_secret, {}), by=by)
    house.close()
    with pytest.raises(Refused, match="may not connect the org or leave it"):
        connect(house.folder, wish, clock=house.clock)
