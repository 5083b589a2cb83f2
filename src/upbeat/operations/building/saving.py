"""A draft becomes the file that it was made of, and where somebody asks for it, a version that runs in monitor mode."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from upbeat.operations.building.checking import DraftProblem, problems
from upbeat.operations.building.committing import commit
from upbeat.operations.building.drafts import WorkflowDraft, as_builder, end, hold_current
from upbeat.operations.drafting import Change, unpublished
from upbeat.operations.house import House, Refused
from upbeat.operations.publishing import alone_with_files, publish_alone
from upbeat.workflows import FileKind, Named


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of saving: the file, what git said, and the versions that were published."""

    path: str
    committed: str
    published: tuple[Change, ...]


def save(house: House, name: str, revision: int, by: str, *, publishing: bool = False) -> Saved:
    """Write a draft into its file, commit it where the folder is a repository, and publish it where asked.

    The same checks hold as for who writes the file by hand. Raises StaleError where the draft or the file changed since
    somebody looked, Refused where something is wrong with it, or where there is nothing to save; then nothing was done.
    Of several at once, one saves, and the others find that it has.
    """
    as_builder(house, by)
    with alone_with_files(house):
        return _save(house, name, revision, by, publishing=publishing)


def _save(house: House, name: str, revision: int, by: str, *, publishing: bool) -> Saved:
    draft = hold_current(house, name, revision)
    flow = Named(FileKind.WORKFLOW, name)
    if draft.is_file and not (publishing and (not house.versions.newest or flow in unpublished(house))):
        raise Refused(f"{draft.path} says already what you see", fix="Change something first.")
    _hold_sound(house, draft)
    with _written(house, draft):
        changes = publish_alone(house, [str(flow)], by) if publishing and _differs(house, flow) else ()
    with house.store.writing() as conn:
        end(conn, name, 1, revision)
    said = f"Publish {name}" if changes else f"Change {name}"
    told = commit(house.folder, [draft.path], house.person(by), said) if draft.text != draft.base else ""
    return Saved(draft.path, told, changes)


def _hold_sound(house: House, draft: WorkflowDraft) -> None:
    wrong = [one for one in problems(house, draft) if one.error]
    if wrong:
        more = f", and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        raise Refused(f"{_sentence(wrong[0])}{more}", fix=wrong[0].fix or "Mend what is listed, and save again.")


def _sentence(one: DraftProblem) -> str:
    return f"{one.part}: {one.what}" if one.part else one.what


def _differs(house: House, flow: Named) -> bool:
    return not house.versions.newest or flow in unpublished(house)


@contextmanager
def _written(house: House, draft: WorkflowDraft) -> Generator[None]:
    """Have the file say what the draft says; where what follows is refused, it says again what it said."""
    file = house.folder / draft.path
    file.parent.mkdir(exist_ok=True)
    before = file.read_bytes() if file.exists() else None
    _replace(house, draft.path, draft.text.encode())
    try:
        yield
    except BaseException:
        if before is None:
            file.unlink()
        else:
            _replace(house, draft.path, before)
        raise


def _replace(house: House, path: str, content: bytes) -> None:
    """Put a file in the place of the one that is there, whole or not at all."""
    file = house.folder / path
    beside = file.with_name(f".{file.name}.new")
    beside.write_bytes(content)
    beside.replace(file)
