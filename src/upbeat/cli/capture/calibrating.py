"""capture calibration: how often reviewers take what was read of talk, and what may leave review for it."""

from upbeat.cli.frame import Dir, Json, out, show, table, told, workspace
from upbeat.operations import capture
from upbeat.operations.capture import Calibrated, Known

_HEADERS = ("value", "read by", "accepted", "edited", "rejected", "precision", "at 95 %", "Brier", "ECE", "stands")


@told
def calibration(folder: Dir = None, as_json: Json = False) -> None:
    """Show how often reviewers took values read of talk as they stood, and which of them leave review for it."""
    with workspace(folder) as space:
        found = capture.calibrated(space.house)
    show(found, as_json=as_json, words=lambda: _tell(found))


def _tell(found: Calibrated) -> None:
    empty = (
        "No value that was read of talk has been decided yet: all of them wait for a person. `upbeat review list` "
        "shows what does; each value that is released, edited or rejected there counts."
    )
    table("Values read of talk", _HEADERS, [_row(one) for one in found.known], empty)
    out.print(
        f"A value goes by its tier once {found.decisions:,} like it, as sure as the policy's {found.floor:.0%}, are "
        "decided, and their precision is that at the least. Brier and ECE: as the reader said, then as learnt."
    )


def _row(known: Known) -> tuple[object, ...]:
    one, errors, share = known.record, known.errors, known.record.precision
    stands = f"in review: {one.missing}" if one.missing else "goes by its tier"
    counts = (one.accepted, one.edited, one.rejected)
    middle = "none" if share.share is None else f"{share.share:.0%}"
    between = f"{share.low:.0%} to {share.high:.0%}"
    brier, ece = _pair(errors.brier, errors.brier_after), _pair(errors.ece, errors.ece_after)
    return (one.name.replace("_", " "), one.by, *counts, middle, between, brier, ece, stands)


def _pair(before: float | None, after: float | None) -> str:
    return ", ".join("none" if one is None else f"{one:.3f}" for one in (before, after))
