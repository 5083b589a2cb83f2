"""A routing pool: `routing/<name>.yaml` as a user writes it, and the frozen form that routing reads."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from upbeat.base.files import ApiName, FileModel, FormulaText, Model, Name, Sentence, Username, refuse
from upbeat.formula import Formula
from upbeat.workflows.model import Duration


class Sticky(StrEnum):
    """How a record's existing account is found, so that the account's owner keeps it."""

    WEBSITE_DOMAIN = "website domain"
    COMPANY_NAME = "company name"


@dataclass(frozen=True, slots=True)
class PostalCodes:
    """A span of postal codes, both ends in it, compared over as many characters as the ends have.

    `60614` is the span from itself to itself, `606*` the one from `606` to `606`: either holds `60614-1234`, as
    its first characters lie in the span. Ends are capitals and digits only, and of one length.
    """

    first: str
    last: str

    def __contains__(self, code: str) -> bool:
        """Whether a record's postal code, spaces and hyphens apart, lies in the span."""
        start = _plain(code)[: len(self.first)]
        return len(start) == len(self.first) and self.first <= start <= self.last

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `60614`, `606*` or `60601-60699`. Raises ValueError where the ends have no order or differ in length."""
        first, dash, last = text.partition("-")
        if not dash:
            first = last = text.removesuffix("*")
        span = cls(_plain(first), _plain(last))
        if not span.first or len(span.first) != len(span.last) or span.first > span.last or "*" in first + last:
            raise ValueError(f"{text!r} is no postal code and no span of them")
        return span


@dataclass(frozen=True, slots=True)
class Territory:
    """A part of the market. A record belongs where all that is given holds; an empty tuple or None asks nothing.

    `countries` are compared with the record's country without minding case.
    """

    name: str
    when: Formula | None = None
    postal_codes: tuple[PostalCodes, ...] = ()
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """A person who takes records: `weight` is a share beside the others', `cap_per_day` None without a limit.

    `territories` names the ones this person serves; empty means all.
    """

    user: str  # username
    weight: float = 1.0
    cap_per_day: int | None = None
    territories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Holding:
    """Where a record waits that nobody in the pool can take: a place with an owner and a time."""

    title: str
    owner: str  # username
    due: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """One pool. Territories stand in order: the first that a record fits is its territory.

    `takes_from` names the queues and users whose records count as not yet assigned. `postal_code` and `country` are
    the object's fields that territories compare, empty where the object has none. `fields` is every record path
    that an assignment reads.
    """

    name: str
    title: str
    object: str
    owner: str  # username
    takes_from: tuple[str, ...]
    members: tuple[Member, ...]
    territories: tuple[Territory, ...]
    sticky: tuple[Sticky, ...]
    otherwise: Holding
    postal_code: str = ""
    country: str = ""
    fields: tuple[str, ...] = ()


def _plain(code: str) -> str:
    return re.sub(r"[\s-]", "", code).upper()


def _number_as_text(value: Any) -> Any:
    """A postal code of digits reads as a number in YAML; one with a zero before it was kept as text."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _postal_codes(value: str) -> str:
    try:
        PostalCodes.parse(value)
    except ValueError as error:
        raise refuse(str(error), "Write '60614', '606*' or '60601-60699'.") from error
    return value


PostalText = Annotated[str, BeforeValidator(_number_as_text), AfterValidator(_postal_codes)]


class TerritoryDefinition(Model):
    """A part of the market: where all that is given holds."""

    name: Sentence
    """The territory's name, as members list it."""
    when: FormulaText | None = None
    """A Salesforce formula over the record."""
    postal_codes: Annotated[tuple[PostalText, ...], Field(strict=False)] = ()
    """`60614`, `606*` or `60601-60699`."""
    countries: Annotated[tuple[Sentence, ...], Field(strict=False)] = ()
    """Countries as the org's records spell them."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.when or self.postal_codes or self.countries):
            raise refuse(f"the territory {self.name} says nothing of where it is", "Add 'when: \"true\"' for anywhere.")
        return self


class MemberDefinition(Model):
    """A person who takes records."""

    user: Username
    """An active user."""
    weight: Annotated[float, Field(gt=0)] = 1.0
    """The share beside the others': 2 gets twice what 1 gets."""
    cap_per_day: Annotated[int, Field(gt=0)] | None = None
    """The most records in one day, by the org's time zone."""
    territories: Annotated[tuple[Sentence, ...], Field(strict=False)] = ()
    """The territories this person serves; left out, all."""


class StickyDefinition(Model):
    """Whose owner keeps the record before anyone's turn comes."""

    account: Annotated[tuple[Annotated[Sticky, Field(strict=False)], ...], Field(strict=False, min_length=1)]
    """How the account is found, first what counts most."""


class HoldingDefinition(Model):
    """Where a record waits that nobody can take."""

    hold: Sentence
    """What the reader sees it called."""
    owner: Username
    """The person it stands with."""
    due: Duration
    """By when that person places it."""


class PoolDefinition(FileModel):
    """Who takes records, and in which order it is tried: the account's owner, then a territory's members by share."""

    pool: Name
    """The pool's name, and its file's."""
    object: ApiName
    """The object it assigns."""
    title: Sentence
    """What it is, in one line."""
    owner: Username
    """Who tunes it."""
    takes_from: Annotated[tuple[Sentence, ...], Field(strict=False, min_length=1)]
    """Queues by name and users by username: what one of them owns counts as unassigned. The rest is left alone."""
    members: Annotated[tuple[MemberDefinition, ...], Field(strict=False, min_length=1)]
    """Who takes records."""
    territories: Annotated[tuple[TerritoryDefinition, ...], Field(strict=False)] = ()
    """In order: the first that fits counts. Without any, everyone takes everything."""
    sticky: StickyDefinition | None = None
    """Left out, an existing account changes nothing."""
    otherwise: HoldingDefinition
    """What happens when nobody fits."""
