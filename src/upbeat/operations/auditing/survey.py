"""The survey before an audit: what the reading user sees of the org, and how much there is; nothing is judged yet."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from upbeat.domain import Mode
from upbeat.foundation import CORE, COUNTED, Ground, Org
from upbeat.operations.auditing.attestations import attestations
from upbeat.operations.auditing.own_house import own_house
from upbeat.operations.house import House
from upbeat.salesforce import Reader, Rejected, SalesforceError
from upbeat.schema import Schema, describe
from upbeat.workflows import DefinitionError, Definitions, Workflow, load

_ORGANIZATION: Final = "SELECT Id, Name, IsSandbox, OrganizationType FROM Organization"
_CORPORATE: Final = "SELECT IsoCode FROM CurrencyType WHERE IsCorporate = true"
_PIPELINE: Final = "SELECT SUM(Amount) worth FROM Opportunity WHERE IsClosed = false"
_OURS: Final = frozenset({"reading", "writing"})
"""Our own connections, by name."""


def survey(house: House) -> Ground:
    """Look at an org and at our own house. Raises SalesforceError where the org cannot be asked at all."""
    reader, files = house.get_reader(), load(house.folder)
    objects = frozenset(reader.objects())
    flows, people = _workflows(house), house.get_people().all()
    schema, hidden = _schema(reader, objects, files, _catalogue(house))
    with house.store.reading() as conn:
        said = attestations(conn, house.policy)
        live = frozenset(one.name for one in flows if house.versions.mode(conn, one) is Mode.LIVE)
        ours = own_house(house, conn, flows, people)
    return Ground(
        now=house.clock.now(),
        zone=_zone(house),
        org=_org(reader, objects),
        schema=schema,
        objects=objects,
        records=dict(_counts(reader, objects)),
        hidden=hidden,
        fields=files.fields,
        tools=files.tools,
        policy=house.policy,
        pipeline=_pipeline(reader, schema),
        workflows=flows,
        live=live,
        ours=_ours(house),
        people=people,
        said=said,
        house=ours,
    )


def _ours(house: House) -> frozenset[str]:
    """Give the ids of our own users, of the connections that are let in: an audit needs the reading one alone.

    Approvers who lend their name are people: what they change by hand is theirs.
    """
    found = set[str]()
    for name, one in house.get_readers().items():
        if name not in _OURS:
            continue
        with suppress(SalesforceError):
            found.add(one.session.token().user_id)
    return frozenset(found)


def _zone(house: House) -> ZoneInfo:
    return house.get_zone()


def _org(reader: Reader, objects: frozenset[str]) -> Org:
    [row] = reader.query(_ORGANIZATION)
    several = "CurrencyType" in objects
    corporate = reader.query(_CORPORATE) if several else []
    return Org(
        id=row["Id"],
        name=row["Name"],
        sandbox=row["IsSandbox"],
        edition=row["OrganizationType"] or "",
        currency=corporate[0]["IsoCode"] if corporate else "",
        currencies=several,
        url=reader.session.instance_url,
    )


def _catalogue(house: House) -> Schema:
    """Give what definitions are compiled against, as it was read for that; an empty one where a part is hidden."""
    try:
        return house.get_schema()
    except Rejected:
        return Schema({})


def _schema(
    reader: Reader, objects: frozenset[str], files: Definitions, known: Schema
) -> tuple[Schema, Mapping[str, str]]:
    """Describe each object of the core, and what the files name; one that cannot be is hidden, with the reason."""
    described: list[Mapping[str, Any]] = []
    hidden: dict[str, str] = {}
    for name in dict.fromkeys((*CORE, *_named(files))):
        if known.has(name):
            continue
        if name not in objects:
            hidden[name] = "the org has no such object, or the reading user does not see it"
            continue
        try:
            described.append(reader.describe(name))
        except Rejected as error:
            hidden[name] = error.what
    try:
        stages = [] if known.stages else reader.query(describe.STAGES_QUERY)
    except Rejected as error:
        hidden["OpportunityStage"], stages = error.what, []
    found = describe.parse(described, stages).with_objects(known)
    return (replace(found, stages=known.stages) if known.stages else found), hidden


def _named(files: Definitions) -> Iterator[str]:
    """Give the objects that the files beside the workflows name."""
    yield from sorted(files.fields.objects())
    for tool in files.tools.tools.values():
        yield from (one.object for one in tool.writes)


def _counts(reader: Reader, objects: Collection[str]) -> Iterator[tuple[str, int]]:
    for name in COUNTED:
        if name in objects:
            try:
                yield name, reader.count(f"SELECT COUNT() FROM {name}")  # noqa: S608  a name of our own
            except Rejected:  # how many there are is not known then, and a check that goes by it says so
                continue


def _pipeline(reader: Reader, schema: Schema) -> Decimal | None:
    """Give the amount of all open deals, which an aggregate tells in the corporate currency."""
    if not schema.has("Opportunity") or not schema.object("Opportunity").has("Amount"):
        return None
    try:
        [row] = reader.query(_PIPELINE)
    except Rejected:
        return None
    return None if row["worth"] is None else Decimal(str(row["worth"]))


def _workflows(house: House) -> tuple[Workflow, ...]:
    """Give what runs or would run; none where the files do not fit the org yet, which `upbeat check` tells."""
    try:
        return tuple(house.versions.current.values())
    except (DefinitionError, Rejected):
        return ()
