"""A pool in Chicago, its people, and records to route."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from upbeat import formula
from upbeat.routing import Roster
from upbeat.schema import Field, FieldType, Object, Schema
from upbeat.workflows import (
    Cap,
    Holding,
    Keeper,
    Keeps,
    MatchBy,
    Matching,
    Member,
    Person,
    Pool,
    PostalCodes,
    Territory,
)

QUEUE = "00G000000000001AAA"


def user_id(name: str) -> str:
    return f"005{name.upper():0>12.12}AAA"


def _member(name: str, weight: float = 1, cap: int | None = None, *territories: str) -> Member:
    caps = () if cap is None else (Cap(cap, timedelta(days=1)),)
    return Member(user=f"{name}@acme.example", weight=weight, caps=caps, territories=territories)


def _roster(*members: Member, inactive: tuple[str, ...] = (), unknown: tuple[str, ...] = (), **more: Any) -> Roster:
    pool = Pool(
        **{
            "name": "inbound",
            "title": "Inbound leads",
            "object": "Lead",
            "owner": "priya.shah@acme.example",
            "takes_from": ("New Leads",),
            "members": members,
            "territories": (),
            "match": Matching((MatchBy.WEBSITE_DOMAIN, MatchBy.COMPANY_NAME)),
            "keeps": (Keeps(Keeper.ACCOUNT_OWNER),),
            "otherwise": Holding("New leads nobody fits", "priya.shah@acme.example", timedelta(hours=4)),
            "address": {"postal_code": "PostalCode", "country": "Country"},
            **more,
        }
    )
    names = [one.user.partition("@")[0] for one in members]
    people = {
        f"{name}@acme.example": Person(
            f"{name}@acme.example", user_id(name), name.capitalize(), active=name not in inactive
        )
        for name in names
        if name not in unknown
    }
    return Roster(pool, people, frozenset({QUEUE}))


def _lead(**fields: Any) -> dict[str, Any]:
    blank = dict.fromkeys(("PostalCode", "Country", "Company", "Website", "Email", "AnnualRevenue"))
    return {"OwnerId": QUEUE, **blank, **fields}


def _account(name: str, owner: str, website: str | None = None, *, active: bool = True, **more: Any) -> dict[str, Any]:
    owned = {"Username": f"{owner}@acme.example", "Name": owner.capitalize(), "IsActive": active}
    key = f"001{abs(hash((name, owner))) % 10**12:012d}AAA"
    return {"Id": key, "Name": name, "Website": website, "OwnerId": user_id(owner), "Owner": owned, **more}


def _territory(name: str, *codes: str, countries: tuple[str, ...] = (), when: str = "") -> Territory:
    numbers = Field(name="AnnualRevenue", type=FieldType.CURRENCY)
    schema = Schema({"Lead": Object(name="Lead", fields={numbers.name: numbers})})
    condition = formula.compile(when, formula.Scope(schema, "Lead")) if when else None
    codes_in = tuple(PostalCodes.parse(one) for one in codes)
    return Territory(name=name, when=condition, postal_codes=codes_in, countries=countries)


@pytest.fixture(scope="session")
def member() -> Callable[..., Member]:
    """Make a member: `member("ann", 2, 10, "North")` has weight 2, cap 10, and serves North."""
    return _member


@pytest.fixture(scope="session")
def roster() -> Callable[..., Roster]:
    """Make a roster: `roster(member("ann"), inactive=("ann",), territories=...)`."""
    return _roster


@pytest.fixture(scope="session")
def lead() -> Callable[..., dict[str, Any]]:
    """Make a lead in the queue: `lead(PostalCode="60614")`."""
    return _lead


@pytest.fixture(scope="session")
def account() -> Callable[..., dict[str, Any]]:
    """Make an account: `account("Acme", "ann", "acme.example")` is Ann's."""
    return _account


@pytest.fixture(scope="session")
def territory() -> Callable[..., Territory]:
    """Make a territory: `territory("North", "60601-60640")`."""
    return _territory
