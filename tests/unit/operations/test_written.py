"""The steps of versions, for the many pages that name them."""

import pytest

from upbeat.operations import written
from upbeat.testing import House


def test_the_steps_of_a_published_version_are_read_once_however_many_pages_name_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with House(only=["missing-next-step"]) as house:
        house.play()
        with house.space.house.store.reading() as conn:
            first = written.written_steps(conn)
            monkeypatch.setattr(written, "decode", lambda *_: pytest.fail("a text was read again"))
            again = written.written_steps(conn)
    assert again == first
    assert {one.name for steps in first.values() for one in steps} == {"ask"}
