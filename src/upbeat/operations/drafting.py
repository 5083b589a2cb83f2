"""What publishing some files would change, field by field: checked with all that runs beside them, and not kept yet."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from upbeat.base import nearest
from upbeat.base.files import FileModel, Source
from upbeat.domain import Mode
from upbeat.engine import ItemState, Published, published
from upbeat.foundation import BY_KEY
from upbeat.gate import FLOOR
from upbeat.operations.house import House, Refused
from upbeat.review import State
from upbeat.store import tables
from upbeat.workflows import (
    POLICY,
    Catalogue,
    Definition,
    DefinitionError,
    Definitions,
    Difference,
    FileKind,
    Kind,
    Named,
    Problem,
    Severity,
    check,
    compile_workflow,
    content_of,
    differences,
    gathered,
    load,
    named,
)


@dataclass(frozen=True, slots=True)
class Change:
    """One new version: its number, what differs from the one before it (number 0: there is none), what follows.

    `because` names the changed agents, pools, providers and methodologies of a workflow whose own file is as it was.
    `mode` is the one before's, and `in_flight` counts what still runs on it: the items of a workflow, the questions put
    under a policy. `gone` is whether the file is no more.
    """

    named: Named
    number: int
    before: int
    because: tuple[Named, ...]
    differences: tuple[Difference, ...]
    mode: Mode | None
    in_flight: int
    gone: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be published, the canonical text and the files of each, and over how many rows it was drawn up."""

    changes: tuple[Change, ...]
    texts: Mapping[Named, str]
    sources: Mapping[Named, Source]
    count: int


def unpublished(house: House) -> list[Named]:
    """Give the files that say something else than what runs. Asks nothing of the org; empty before the first start."""
    if not house.versions.newest:
        return []
    written, stands = load(house.folder), standing(house)
    files, unread = named(written), _unread(written)
    every = sorted({*files, *stands, *unread})
    return [one for one in every if one in unread or differences(_file(stands, one), files.get(one))]


def draft_of_files(house: House, names: Collection[str] = ()) -> Draft:
    """Draw up what publishing these files changes, all files where none is named; a workflow brings what it names.

    Raises DefinitionError with every mistake that it would bring in, and Refused for a name that nothing has.
    """
    written, stands = load(house.folder), standing(house)
    files, unread = named(written), _unread(written)
    every = {*files, *stands, *unread}
    wanted = {resolve(one, every) for one in names} or every
    catalogue = _catalogue(house, [*files.values(), *(row.file for row in stands.values())])
    flows = [one for key in wanted if isinstance(one := files.get(key), Definition)]
    wanted |= {one for flow in flows for one in _used(flow, catalogue) if one in every}
    wanted |= {POLICY} if POLICY not in stands else set()  # nothing runs without one
    if wrong := [one for path, several in written.unread.items() if Named.of_path(path) in wanted for one in several]:
        raise DefinitionError(wrong)
    return drawn_up(house, {key: files.get(key) for key in wanted}, catalogue)


def draft_of_version(house: House, row: Published) -> Draft:
    """Draw up what bringing back a version changes. Raises DefinitionError where it could not run any more."""
    return drawn_up(
        house, {row.named: row.file}, _catalogue(house, [row.file, *(s.file for s in standing(house).values())])
    )


def drawn_up(house: House, new: Mapping[Named, FileModel | None], catalogue: Catalogue) -> Draft:
    """Draw up what putting these files in the place of those that run changes; None takes one away."""
    count = house.versions.count  # before what it counts: what is published meanwhile is noticed
    stands, newest = standing(house), house.versions.newest
    before = {key: row.file for key, row in stands.items()}
    after = {key: one for key, one in {**before, **new}.items() if one is not None}
    _hold_checked(house, before, after, new, catalogue)
    texts = _texts(after, catalogue)
    changed = {key for key in {*before, *after} if texts.get(key, "") != (stands[key].text if key in stands else "")}
    with house.store.reading() as conn:
        changes = [_change(conn, key, newest.get(key), before, after, changed, catalogue) for key in sorted(changed)]
    sources = {key: one.source if key in new else stands[key].source for key, one in after.items()}
    return Draft(tuple(changes), texts, sources, count)


def standing(house: House) -> dict[Named, Published]:
    """Give the newest version of all that is not gone."""
    return {key: row for key, row in house.versions.newest.items() if row.text}


def resolve(written: str, known: Collection[Named]) -> Named:
    """Give what somebody means by `router`, `agent/router` or `policy`. Raises Refused where it is nothing, or two."""
    exactly = [one for one in known if written in {str(one), one.path}]
    found = exactly or [one for one in known if written == one.name]
    if len(found) == 1:
        return found[0]
    if found:
        raise Refused(f"{written} is several things", fix=f"Say {' or '.join(sorted(str(one) for one in found))}.")
    close = nearest(written, [one.name for one in known]) or nearest(written, [str(one) for one in known])
    names = ", ".join(sorted(str(one) for one in known))
    raise Refused(f"nothing is called {written}", fix=f"Did you mean {close}?" if close else f"There are: {names}.")


def in_flight(conn: Connection, row: Published, until: Published | None = None) -> int:
    """Count the items that run on a version, `until` the next one with the same content where there is one."""
    items = tables.items
    mine = select(func.count()).where(
        items.c.workflow == row.named.name,
        items.c.version == row.version,
        items.c.state != ItemState.DONE,
        items.c.created_at >= row.at,
    )
    return conn.scalar(mine if until is None else mine.where(items.c.created_at < until.at)) or 0


def _change(
    conn: Connection,
    key: Named,
    row: Published | None,
    before: Mapping[Named, FileModel],
    after: Mapping[Named, FileModel],
    changed: Collection[Named],
    catalogue: Catalogue,
) -> Change:
    found = differences(before.get(key), after.get(key))
    flow, ran = after.get(key), row if row is not None and row.text else None
    used = _used(flow, catalogue) if isinstance(flow, Definition) else ()
    return Change(
        named=key,
        number=(row.number if row else 0) + 1,
        before=ran.number if ran else 0,
        because=tuple(one for one in used if one in changed),
        differences=tuple(found),
        mode=published.modes(conn).get(key.name) if ran and key.kind is FileKind.WORKFLOW else None,
        in_flight=_still(conn, ran) if ran else 0,
        gone=flow is None,
    )


def _still(conn: Connection, row: Published) -> int:
    """Count what stands on a version that another takes the place of."""
    if row.named.kind is FileKind.WORKFLOW:
        return in_flight(conn, row)
    reviews = tables.reviews
    asked = select(func.count()).where(reviews.c.state == State.OPEN, reviews.c.policy == row.version)
    return conn.scalar(asked) or 0 if row.named.kind is FileKind.POLICY else 0


def _hold_checked(
    house: House,
    before: Mapping[Named, FileModel],
    after: Mapping[Named, FileModel],
    new: Mapping[Named, FileModel | None],
    catalogue: Catalogue,
) -> None:
    """Hold that nothing is wrong with the new files, nor through them with what stands beside them."""
    known = set(_errors(house, before, catalogue))
    mine = {path for one in new.values() if one is not None for path in (one.source.file, *one.source.beside)}
    wrong = [one for one in _errors(house, after, catalogue) if one not in known or one.place.file in mine]
    if wrong:
        raise DefinitionError(wrong)


def _errors(house: House, files: Mapping[Named, FileModel], catalogue: Catalogue) -> Iterator[Problem]:
    people = house.get_people()
    found = check(gathered(files), catalogue, people.all(), FLOOR, BY_KEY, people.queues())
    return (one for one in found if one.severity is Severity.ERROR)


def _texts(files: Mapping[Named, FileModel], catalogue: Catalogue) -> dict[Named, str]:
    """Give the canonical text of each: a workflow's with all that it names."""
    whole = gathered(files)
    return {
        key: compile_workflow(one, whole, catalogue).text if isinstance(one, Definition) else content_of(one)
        for key, one in files.items()
    }


def _used(flow: Definition, catalogue: Catalogue) -> tuple[Named, ...]:
    """Give the agents, pools, providers and methodologies that a workflow names."""
    kinds = {Kind.POOL: FileKind.POOL, Kind.PROVIDER: FileKind.PROVIDER, Kind.METHODOLOGY: FileKind.METHODOLOGY}
    agents = [Named(FileKind.AGENT, step.agent) for step in flow.steps]
    others = [
        Named(kinds[one.kind], str(step.arguments[name]))
        for step in flow.steps
        if (spec := catalogue.functions.get(step.use)) is not None
        for name, one in spec.parameters.items()
        if one.kind in kinds and name in step.arguments
    ]
    return tuple(dict.fromkeys((*agents, *others)))


def _catalogue(house: House, files: Sequence[FileModel]) -> Catalogue:
    """Ask the org anew: a file may name what was made there since."""
    return house.read_catalogue({one.trigger.object for one in files if isinstance(one, Definition)})


def _unread(written: Definitions) -> set[Named]:
    return {found for path in written.unread if (found := Named.of_path(path)) is not None}


def _file(stands: Mapping[Named, Published], key: Named) -> FileModel | None:
    return stands[key].file if key in stands else None
