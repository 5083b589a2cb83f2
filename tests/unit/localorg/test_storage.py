"""The org's file: held by one process, whole after a kill."""

import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from upbeat.base import ManualClock
from upbeat.localorg import LocalOrg, OrgError, custom_object
from upbeat.localorg.storage import Storage

WRITER = """
import sys
from upbeat.base import SystemClock
from upbeat.localorg import LocalOrg

org = LocalOrg(sys.argv[1], clock=SystemClock())
for batch in range(10_000):
    rows = [{"Name": f"{batch}"} for _ in range(50)]
    assert all(saved.ok for saved in org.create("Account", rows, org.process_user))
    print(batch, flush=True)
"""


def test_a_kill_keeps_every_answered_write_and_no_half_one(tmp_path: Path, clock: ManualClock) -> None:
    path = tmp_path / "acme.org"
    with subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        for line in writer.stdout:
            if int(line) == 20:
                writer.send_signal(signal.SIGKILL)
                break
        answered = 20 + len(writer.stdout.read().split())
    org = LocalOrg(path, clock=clock)
    (row,) = org.query("SELECT COUNT(Id) n, COUNT_DISTINCT(Name) batches FROM Account", org.process_user)
    (new,) = org.create("Account", [{"Name": "after"}], org.process_user)
    org.close()
    assert new.ok
    assert row["batches"] >= answered + 1
    assert row["n"] == row["batches"] * 50


def test_a_second_process_is_told_who_is_in_the_way(tmp_path: Path, clock: ManualClock) -> None:
    path = tmp_path / "acme.org"
    org = LocalOrg(path, clock=clock)
    with pytest.raises(OrgError, match="another process serves this org"):
        LocalOrg(path, clock=clock)
    org.close()


def test_the_file_of_another_org_is_refused(tmp_path: Path, clock: ManualClock) -> None:
    path = tmp_path / "acme.org"
    LocalOrg(path, clock=clock).close()
    with pytest.raises(OrgError, match="holds the org"):
        LocalOrg(path, clock=clock, org_id="00D000000000009")


@pytest.mark.parametrize("content", [b"no database at all, but long enough to be read as one" * 20])
def test_a_file_that_is_no_org_is_refused(tmp_path: Path, clock: ManualClock, content: bytes) -> None:
    path = tmp_path / "acme.org"
    path.write_bytes(content)
    with pytest.raises(OrgError, match="cannot be opened"):
        LocalOrg(path, clock=clock)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path, clock: ManualClock) -> None:
    with pytest.raises(OrgError, match="cannot be opened"):
        LocalOrg(tmp_path / "nowhere" / "acme.org", clock=clock)


def test_a_full_disk_is_said_and_leaves_nothing_half_written(tmp_path: Path, clock: ManualClock) -> None:
    org = LocalOrg(tmp_path / "acme.org", clock=clock)
    ((pages,),) = org._storage.execute("PRAGMA page_count")
    org._storage.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(OrgError, match="cannot be written"):
        org.create("Account", [{"Name": "x" * 250}] * 2000, org.process_user)
    org._storage.execute("PRAGMA max_page_count=1000000")
    (saved,) = org.create("Account", [{"Name": "y"}], org.process_user)
    assert [one["Id"] for one in org.query("SELECT Id FROM Account", org.process_user)] == [saved.id]
    org.close()


def test_a_time_zone_that_there_is_not_is_answered_with_the_nearest(clock: ManualClock) -> None:
    with pytest.raises(OrgError, match="Did you mean Europe/London"):
        LocalOrg(":memory:", clock=clock, time_zone="Europe/Londn")


def test_nobody_else_may_read_the_file(tmp_path: Path, clock: ManualClock) -> None:
    path = tmp_path / "acme.org"
    LocalOrg(path, clock=clock).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_transaction_that_fails_leaves_nothing_and_takes_no_id(org: LocalOrg, ana: str) -> None:
    lost: list[str] = []

    def fail() -> None:
        with org.transaction():
            lost.append(org.create("Account", [{"Name": "x"}], ana)[0].id)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    (kept,) = org.create("Account", [{"Name": "y"}], ana)
    assert ([kept.id], len(org.query("SELECT Id FROM Account", ana))) == (lost, 1)


def test_an_org_begins_as_the_copy_of_another_and_goes_its_own_way(org: LocalOrg, ana: str, clock: ManualClock) -> None:
    org.define(objects=[custom_object("Plan__c", "Plan", "a0P")])
    (first,) = org.create("Plan__c", [{"Name": "first"}], ana)
    copy = LocalOrg(":memory:", clock=clock, image=org.image())
    (second,) = copy.create("Plan__c", [{"Name": "second"}], ana)
    assert second.id != first.id
    assert [row["Name"] for row in copy.query("SELECT Name FROM Plan__c ORDER BY Name", ana)] == ["first", "second"]
    assert [row["Name"] for row in org.query("SELECT Name FROM Plan__c", ana)] == ["first"]
    copy.close()


def test_what_was_defined_in_a_transaction_that_failed_can_be_defined_again() -> None:
    storage, plan = Storage(":memory:"), custom_object("Plan__c", "Plan", "a0P")

    def fail() -> None:
        with storage.transaction():
            storage.define(plan)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    storage.define(plan)
    assert storage.find("Plan__c", "Name", ["first"]) == []
    storage.close()
