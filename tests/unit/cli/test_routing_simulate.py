"""A pool simulated, on the command line."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.scenarios.test_routing import POOL, ROUTE

from upbeat.testing import House


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=[ROUTE], files={"routing/inbound.yaml": POOL}) as one:
        one.create("Lead", LastName="Huber", Company="Talwerk", Country="Germany", OwnerId=one.ids["New Leads"])
        one.play("1 minute")
        yield one


@pytest.mark.usefixtures("house")
def test_each_record_that_differs_is_shown_with_its_reasons(upbeat: Any) -> None:
    said = upbeat("routing", "simulate")
    for part in ("1 would go elsewhere than happened", "nobody had it", "By person", "What this cannot know"):
        assert part in said.out
    [pool] = upbeat("routing", "simulate", "--json").json["pools"]
    [one] = pool["differs"]
    assert (pool["records"], one["had"], one["why"]) == (1, "", "nobody had it")
    assert one["would"] in {"lena.vogel@acme.example", "owen.hughes@acme.example"}


@pytest.mark.usefixtures("house")
def test_without_any_record_a_longer_time_is_told_of(upbeat: Any) -> None:
    assert "try a longer --since" in upbeat("routing", "simulate", "--where", "Country = 'Peru'").out


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("command", ["simulate", "measure"])
def test_a_time_that_is_none_is_refused(command: str, upbeat: Any) -> None:
    said = upbeat("routing", command, "--since", "soon")
    assert (said.code, "--since 'soon' is neither a duration nor a date" in said.err) == (1, True)


def test_a_pool_that_is_not_published_cannot_be_compared_with_itself(house: House, upbeat: Any) -> None:
    house.write({"routing/fresh.yaml": POOL.replace("pool: inbound", "pool: fresh")})
    said = upbeat("routing", "simulate", "--pool", "fresh", "--against", "published")
    assert (said.code, "no published workflow uses the pool fresh" in said.err) == (1, True)
    both = upbeat("routing", "simulate", "--against", "published", "--json").json
    assert [one["pool"] for one in both["pools"]] == ["inbound"]
