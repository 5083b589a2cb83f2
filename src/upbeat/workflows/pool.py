"""A routing pool in the form that routing reads: frozen, its formulas compiled, its names as the file has them.

How a user writes it: `pool_file.py`. What came of a mistake: `pool_compiler.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from upbeat.formula import Formula, Type
from upbeat.workflows.pool_words import Cap, Days, Numbers, Open, PostalCodes


class MatchBy(StrEnum):
    """What may tell which account a record belongs to."""

    WEBSITE_DOMAIN = "website domain"
    PHONE = "phone"
    COMPANY_NAME = "company name"
    ADDRESS = "address"


class Prefer(StrEnum):
    """What tells equal accounts apart, where it can."""

    OPEN_OPPORTUNITY = "open opportunity"
    CUSTOMER = "customer"
    TIER = "tier"
    ACTIVITY = "activity"  # the later
    AGE = "age"  # the older


class Doubles(StrEnum):
    """What a record does that is the same person as an open lead or a contact."""

    KEEP_OWNER = "keep owner"
    HOLD = "hold"
    IGNORE = "ignore"


class Keeper(StrEnum):
    """Who may have a record before anybody's turn comes."""

    RECORD_OWNER = "record owner"
    ACCOUNT_OWNER = "account owner"
    CONTACT_OWNER = "contact owner"
    LAST_OWNER = "last owner"  # who had this person or company last


class IfAway(StrEnum):
    """What happens to a record whose keeper cannot take it now."""

    HOLD = "hold"
    SHARE = "share"


class Criterion(StrEnum):
    """What may be relaxed where nobody fits. Caps, absence and who is no active user are never relaxed."""

    HOURS = "hours"
    CAPACITY = "capacity"
    SKILLS = "skills"
    LANGUAGE = "language"
    TERRITORY = "territory"


@dataclass(frozen=True, slots=True)
class Matching:
    """How a record's account is found, and when it is sure enough: at `certain` it is, below `doubtful` it is none.

    `customer` and `tier` are formulas over Account.
    """

    by: tuple[MatchBy, ...]
    certain: float = 0.9
    doubtful: float = 0.6
    prefer: tuple[Prefer, ...] = tuple(Prefer)
    customer: Formula | None = None
    tier: Formula | None = None
    doubles: Doubles = Doubles.KEEP_OWNER


@dataclass(frozen=True, slots=True)
class Keeps:
    """A keeper, and how long after they had it last (`within`, of the last owner)."""

    by: Keeper
    if_away: IfAway = IfAway.HOLD
    within: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Territory:
    """A part of the market. A record belongs where all that is given holds; an empty tuple or None asks nothing.

    `countries`, `states`, `industries` and the names of `accounts` are compared without minding case.
    """

    name: str
    when: Formula | None = None
    postal_codes: tuple[PostalCodes, ...] = ()
    countries: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    employees: Numbers | None = None
    revenue: Numbers | None = None
    accounts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill that a record asks for where `when` holds."""

    name: str
    when: Formula


@dataclass(frozen=True, slots=True)
class Hours:
    """When people work: parts of the week by the wall clock of a zone, but for holidays and closed days.

    `holidays` is a country of the library `holidays`, or one with a subdivision: `DE`, `GB-ENG`. Empty for none.
    """

    name: str
    zone: ZoneInfo
    open: tuple[Open, ...]
    holidays: str = ""
    closed: tuple[Days, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """Open work that counts against a member's capacity: records of an object that they own, so many units each."""

    object: str
    when: Formula
    units: float = 1.0


@dataclass(frozen=True, slots=True)
class Member:
    """A person who takes records: `weight` is a share beside the others'.

    `territories` names the ones this person serves; empty means all. `capacity` is the most open work in units, None
    without a limit; `hours` None means always.
    """

    user: str  # username
    weight: float = 1.0
    caps: tuple[Cap, ...] = ()
    capacity: float | None = None
    territories: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    hours: Hours | None = None
    away: tuple[Days, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """By when a record is touched, in working time of `by` from its creation; `by` None counts all time.

    `touched` is a formula over the record; None: a task, an event or a change of status by its owner.
    """

    touch_within: timedelta
    by: Hours | None = None
    remind_after: timedelta | None = None
    touched: Formula | None = None
    accept: bool = False
    reassign_at_most: int = 2
    credit_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pull:
    """How many records a member may ask for by themselves, in any span of that length."""

    most: int
    span: timedelta


@dataclass(frozen=True, slots=True)
class Holding:
    """Where a record waits that nobody in the pool can take: a place with an owner and a time."""

    title: str
    owner: str  # username
    due: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """One pool. Territories stand in order: the first that a record fits is its territory.

    `takes_from` names the queues and users whose records count as not yet assigned. `address` names the object's
    fields that territories compare, by `postal_code`, `country`, `state`, `industry`, `employees`, `revenue` and
    `company`, as far as the object has them. `given` are the facts that a step gives, `$Routing.<name>`, with their
    types. `fields` is every record path that an assignment reads, `account_fields` those of the matched account.
    """

    name: str
    title: str
    object: str
    owner: str  # username
    takes_from: tuple[str, ...]
    members: tuple[Member, ...]
    otherwise: Holding
    territories: tuple[Territory, ...] = ()
    relax: tuple[Criterion, ...] = ()
    match: Matching | None = None
    keeps: tuple[Keeps, ...] = ()
    language: Formula | None = None
    skills: tuple[Skill, ...] = ()
    units: Formula | None = None
    rank: Formula | None = None
    overtakes_for: timedelta = timedelta(hours=1)
    work: tuple[Work, ...] = ()
    out_of_office: bool = False
    promise: Promise | None = None
    pull: Pull | None = None
    given: Mapping[str, Type] = field(default_factory=dict[str, Type])
    address: Mapping[str, str] = field(default_factory=dict[str, str])
    fields: tuple[str, ...] = ()
    account_fields: tuple[str, ...] = ()
