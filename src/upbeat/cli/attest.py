"""attest: what people say of the foundation that no data shows."""

from collections.abc import Sequence
from typing import Annotated

import typer

from upbeat import operations
from upbeat.base import percent
from upbeat.cli.frame import As, Dir, Json, out, show, table, told, workspace
from upbeat.operations import ItemStands, Refused


@told
def attest(
    item: Annotated[str, typer.Argument(metavar="ITEM", help="One of the nineteen; left out, all are listed.")] = "",
    says: Annotated[str, typer.Option(help="What you say of it, and how you know.")] = "",
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take back what was said of it.")] = False,
    why: Annotated[str, typer.Option(help="Why it is taken back.")] = "",
    user: As = "",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Say of an item of the audit what no data shows, in your name; without an item, show how all nineteen stand."""
    with workspace(folder) as space:
        if not item:
            if says or withdraw:
                raise Refused("no item is named", fix="Name one of those that `upbeat attest` lists.")
            found = operations.items_standing(space.house)
            show(found, as_json=as_json, words=lambda: _list(found))
            return
        if withdraw:
            done = operations.withdraw_attestation(space.house, item, user, why)
        else:
            done = operations.attest(space.house, item, user, says)
    show(done, as_json=as_json, words=lambda: _tell(done))


def _list(found: Sequence[ItemStands]) -> None:
    rows = [(one.number, one.key, _stands(one), _word(one)) for one in found]
    table("The nineteen items", ["", "item", "stands", "by a person's word"], rows, "")
    if all(one.judged is None for one in found):
        out.print("Nothing was audited here yet: `upbeat audit` measures what can be measured.")
    open_ones = [one for one in found if one.says and not one.holds]
    for one in open_ones:
        out.print(f'  upbeat attest {one.key} --says "...": {one.says}', markup=False)


def _tell(one: ItemStands) -> None:
    said = one.said
    if said is None:
        out.print(f"Nobody vouches for {one.key} any more.")
    else:
        out.print(f"{said.by} attests {one.key}, until {said.until:%d %B %Y}: {said.says}", markup=False)
    if one.judged is not None:
        out.print(f"It stands so: {_stands(one)}. {one.judged.says}", markup=False)


def _stands(one: ItemStands) -> str:
    if one.judged is None:
        return "not audited"
    score = (
        "" if one.judged.score is None else f", {percent(one.judged.score, one.judged.least)} of {one.judged.least} %"
    )
    return f"{one.judged.status}{score}"


def _word(one: ItemStands) -> str:
    if one.said is not None:
        return f"{one.said.by}, {'until' if one.holds else 'stale since'} {one.said.until:%d %b %Y}"
    return "wanted" if one.says else "counts for nothing: it is measured"
