"""A routing pool as a user writes it: `routing/<name>.yaml`, and the tables beside it (`pool_tables.py`)."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, Self, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from upbeat.base.files import ApiName, FileModel, FormulaText, Model, Name, RegionCode, Sentence, Username, Word, refuse
from upbeat.formula import Type
from upbeat.workflows.model import Duration
from upbeat.workflows.pool import Criterion, Doubles, IfAway, Keeper, MatchBy, Prefer
from upbeat.workflows.pool_words import CAP_FIX, OPEN_FIX, Cap, Days, Numbers, PostalCodes, hours

T = TypeVar("T")
Listed = Annotated[tuple[T, ...], Field(strict=False)]
GivenKind = Literal["text", "number", "boolean"]
_GIVEN: Mapping[str, Type] = {"text": Type.TEXT, "number": Type.NUMBER, "boolean": Type.BOOLEAN}


def _number_as_text(value: Any) -> Any:
    """A postal code of digits reads as a number in YAML; one with a zero before it was kept as text."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _reads(parse: Callable[[str], Any], fix: str) -> AfterValidator:
    def check(value: str) -> str:
        try:
            parse(value)
        except ValueError as error:
            raise refuse(str(error), fix) from error
        return value

    return AfterValidator(check)


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, OSError, ValueError) as error:  # a name that is none, a folder, a path
        fix = "Write a zone of the IANA database, such as Europe/London."
        raise refuse(f"there is no time zone {value!r}", fix) from error
    return value


PostalText = Annotated[
    str, BeforeValidator(_number_as_text), _reads(PostalCodes.parse, "Write '60614', '606*' or '60601-60699'.")
]
NumbersText = Annotated[  # -49 without quotes reads as a number
    str, BeforeValidator(_number_as_text), _reads(Numbers.parse, "Write '50-499', '500-' or '-49'.")
]
DaysText = Annotated[str, BeforeValidator(str), _reads(Days.parse, "Write 2026-12-24, or '2026-12-24 to 2027-01-02'.")]
CapText = Annotated[str, _reads(Cap.parse, CAP_FIX)]
HoursText = Annotated[str, _reads(hours, OPEN_FIX)]
ZoneText = Annotated[str, AfterValidator(_zone)]

TABLE = r"^[A-Za-z0-9][\w.-]*\.csv$"  # a table's name: it stands beside its pool


def _or_table(schema: dict[str, Any]) -> None:
    """Say in the JSON Schema that a list may stand in a table; it is read in before the model sees it."""
    listed = {name: schema.pop(name) for name in ("type", "items", "minItems") if name in schema}
    named = {"table": {"type": "string", "pattern": TABLE}}
    table = {"type": "object", "properties": named, "required": ["table"], "additionalProperties": False}
    schema["anyOf"] = [listed, table]


class MatchDefinition(Model):
    """How a record's account is found, and when it is sure enough."""

    account: Annotated[tuple[Annotated[MatchBy, Field(strict=False)], ...], Field(strict=False, min_length=1)]
    """What may tell the account: `website domain`, `phone`, `company name`, `address`."""
    certain: Annotated[float, Field(gt=0, le=1)] = 0.9
    """As sure as this, it is the account. In between, a person says."""
    doubtful: Annotated[float, Field(gt=0, le=1)] = 0.6
    """Less sure than this, it is none."""
    prefer: Listed[Annotated[Prefer, Field(strict=False)]] = tuple(Prefer)
    """What tells equal accounts apart, in order; where nothing does, a person says."""
    customer: FormulaText | None = None
    """A formula over Account: whether it is a customer."""
    tier: FormulaText | None = None
    """A formula over Account: its tier; the first in the alphabet counts most."""
    doubles: Annotated[Doubles, Field(strict=False)] = Doubles.KEEP_OWNER
    """What happens to a record of a person who is there already, as an open lead or a contact."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.doubtful > self.certain:
            raise refuse("what is doubtful is surer than what is certain", "Let 'doubtful' be at most 'certain'.")
        return self


class KeepsDefinition(Model):
    """Who has a record before anybody's turn comes."""

    by: Annotated[Keeper, Field(strict=False)]
    """`record owner`, `account owner`, `contact owner` or `last owner`."""
    if_away: Annotated[IfAway, Field(strict=False)] = IfAway.HOLD
    """Where that person cannot take it now: `hold` asks a person, `share` goes on to the next rule."""
    within: Duration | None = None
    """Of the last owner: how long it counts that they had it."""


class TerritoryDefinition(Model):
    """A part of the market: where all that is given holds."""

    name: Sentence
    """The territory's name, as members list it."""
    when: FormulaText | None = None
    """A Salesforce formula over the record."""
    postal_codes: Listed[PostalText] = ()
    """`60614`, `606*` or `60601-60699`."""
    countries: Listed[Sentence] = ()
    """Countries as the org's records spell them."""
    states: Listed[Sentence] = ()
    """States as the org's records spell them."""
    industries: Listed[Sentence] = ()
    """Industries as the org's records spell them."""
    employees: NumbersText | None = None
    """How many employees: `50-499`, `500-` or `-49`."""
    revenue: NumbersText | None = None
    """The annual revenue, in the same form."""
    accounts: Listed[Sentence] = ()
    """Named accounts, by the name of the matched account or of the record's company."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.model_fields_set <= {"name"}:
            raise refuse(f"the territory {self.name} says nothing of where it is", "Add 'when: \"true\"' for anywhere.")
        return self


class SkillDefinition(Model):
    """A skill that some records ask for."""

    skill: Sentence
    """Its name, as members list it."""
    when: FormulaText
    """A formula over the record: whether it asks for the skill."""


class NeedsDefinition(Model):
    """What a record asks of who takes it."""

    language: FormulaText | None = None
    """A formula that gives the language's code, as members list it; blank asks for none."""
    skills: Listed[SkillDefinition] = ()
    """Skills, each with the records that ask for it."""


class HoursDefinition(Model):
    """When people work."""

    zone: ZoneText
    """The time zone, such as `Europe/London`."""
    open: Annotated[tuple[HoursText, ...], Field(strict=False, min_length=1)]
    """Parts of the week: `weekdays 09:00-17:30`."""
    holidays: RegionCode | None = None
    """The public holidays of a country, or of a part of it: `DE`, `GB-ENG`."""
    closed: Listed[DaysText] = ()
    """Days without work: `2026-12-24`, or a span of them."""


class WorkDefinition(Model):
    """Open work that fills a member's capacity."""

    object: ApiName
    """The object whose records count."""
    when: FormulaText
    """A formula over it: what is open."""
    units: Annotated[float, Field(gt=0)] = 1.0
    """What each one weighs."""


class MemberDefinition(Model):
    """A person who takes records."""

    user: Username
    """An active user."""
    weight: Annotated[float, Field(gt=0)] = 1.0
    """The share beside the others': 2 gets twice what 1 gets."""
    caps: Listed[CapText] = ()
    """The most records: `20 a day` by the member's calendar, `30 in 7 days` at any time."""
    capacity: Annotated[float, Field(gt=0)] | None = None
    """The most open work in units, as `work` counts it."""
    territories: Listed[Sentence] = ()
    """The territories this person serves; left out, all."""
    skills: Listed[Sentence] = ()
    """What this person can do, as `needs` names it."""
    languages: Listed[Sentence] = ()
    """The codes of the languages this person speaks."""
    hours: Sentence | None = None
    """The name of the hours this person works; left out, always."""
    away: Listed[DaysText] = ()
    """Days without this person: `2026-12-24`, or `2026-12-24 to 2027-01-02`."""


class PromiseDefinition(Model):
    """By when a record is touched, and what happens where it is not."""

    touch_within: Duration
    """From the record's creation, in working time."""
    by: Sentence | None = None
    """The name of the hours that the clock counts; left out, all time."""
    remind_after: Duration | None = None
    """When its owner is reminded; left out, never."""
    touched: FormulaText | None = None
    """A formula over the record; left out, a task, an event or a change of status by its owner."""
    accept: bool = False
    """Whether its owner is asked at once to accept or to decline it."""
    reassign_at_most: Annotated[int, Field(ge=0, le=20)] = 2
    """How often it goes to someone new, before the pool's holding owner has it."""
    credit_for: Listed[Sentence] = ("duplicate", "invalid", "wrong territory")
    """Reasons for which a returned record gives the turn back."""


class PullDefinition(Model):
    """How many records a member may ask for."""

    most: Annotated[int, Field(gt=0)]
    """The most records."""
    every: Duration
    """In any span of that length."""


class OtherwiseDefinition(Model):
    """What happens when nobody fits."""

    relax: Listed[Annotated[Criterion, Field(strict=False)]] = ()
    """What is relaxed, one after the other: `hours`, `capacity`, `skills`, `language`, `territory`."""
    hold: Sentence
    """What the reader sees the waiting place called."""
    owner: Username
    """The person it stands with."""
    due: Duration
    """By when that person places it."""


class PoolDefinition(FileModel):
    """Who takes records, and in which order it is tried: who keeps it, then a territory's members by share."""

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
    given: dict[Word, GivenKind] = Field(default_factory=dict[str, GivenKind])
    """Facts that the step gives, which formulas read as `$Routing.<name>`: each with its type, `text` or `number`."""
    units: FormulaText | None = None
    """A formula that gives what one record weighs; left out, 1."""
    rank: FormulaText | None = None
    """A formula that gives a number: the higher goes first."""
    overtakes_for: Duration | None = None
    """What has waited longer than this goes before any rank; left out, 1 hour."""
    match: MatchDefinition | None = None
    """Left out, an existing account changes nothing."""
    keeps: Listed[KeepsDefinition] | None = None
    """Who has a record before anybody's turn; left out, its account's owner, where accounts are matched."""
    territories: Annotated[tuple[TerritoryDefinition, ...], Field(strict=False, json_schema_extra=_or_table)] = ()
    """In order: the first that fits counts. Without any, everyone takes everything."""
    needs: NeedsDefinition | None = None
    """Skills and language that a record asks for."""
    hours: dict[Sentence, HoursDefinition] = Field(default_factory=dict[str, HoursDefinition])
    """Hours of work by their names."""
    work: Listed[WorkDefinition] = ()
    """What counts as open work; needed where a member has a capacity."""
    out_of_office: bool = False
    """Whether absences are read from the org's calendars: events shown as out of office."""
    members: Annotated[tuple[MemberDefinition, ...], Field(strict=False, min_length=1, json_schema_extra=_or_table)]
    """Who takes records."""
    promise: PromiseDefinition | None = None
    """By when a record is touched; left out, nobody is reminded."""
    pull: PullDefinition | None = None
    """How many records a member may ask for; left out, none."""
    otherwise: OtherwiseDefinition
    """Where a record goes that nobody can take."""

    def given_types(self) -> dict[str, Type]:
        """Give the types of the facts that a step gives, by name."""
        return {name: _GIVEN[kind] for name, kind in self.given.items()}
