"""The methodology: the elements of fields.yaml against the org's fields, or a fields.yaml to begin with."""

from collections.abc import Iterator, Mapping
from typing import Final

from upbeat.foundation.automation.methods import METHODS, evident, lacking
from upbeat.foundation.checks import Check, Look
from upbeat.foundation.deals import DEAL, listed
from upbeat.foundation.findings import Exhibit, Finding, Found, Measure, Unseen, Weight
from upbeat.foundation.ground import Ground
from upbeat.foundation.push_counts import counter
from upbeat.foundation.questions import Question, Way, filled
from upbeat.workflows.field_map import Methodology

_NAME: Final = "methodology"
_FIELDS: Final = (
    "SELECT QualifiedApiName FROM FieldDefinition "
    "WHERE EntityDefinition.QualifiedApiName = :target AND QualifiedApiName IN :names"
)
FIELDS_DRAFT: Final = "fields-draft"
"""The key of the exhibit that is a fields.yaml to begin with, a line a row."""
_MINUTES: Final = 30  # to make a field, and put it on the page


def _look(ground: Ground) -> Look:
    said = ground.fields.methodology
    if said is None:
        return _proposed(ground)
    lost = _unknown(said, ground)
    asked = {target: [name for _, name in some] for target, some in lost.items()}
    questions = [Question(Way.TOOLING, filled(_FIELDS, target=one, names=names)) for one, names in asked.items()]
    answers = (yield questions) if questions else ()
    hidden: list[Unseen] = []
    missing: list[tuple[str, str, str]] = []
    for (target, some), query, answer in zip(lost.items(), questions, answers, strict=True):
        there = {str(row["QualifiedApiName"]).casefold() for row in answer.rows}
        for element, name in some:
            if answer.denied or name.casefold() in there:
                hidden.append(Unseen(target, name, answer.denied or "the reading user does not see it"))
            else:
                missing.append((element, f"{target}.{name}", query.text))
    absent = lacking(said.name, said.elements)
    whole = len(said.elements) + len(absent) - len(hidden)
    good = len(said.elements) - len(hidden) - len(missing)
    says = f"{good} of {whole} elements of {said.name} stand in a field of the org"
    findings = (*(_missing(said.name, *one, whole) for one in missing), *_lacking(said, absent, whole))
    return Found(findings, (Measure(_NAME, good, whole, says),), tuple(hidden))


def _unknown(said: Methodology, ground: Ground) -> Mapping[str, list[tuple[str, str]]]:
    """Give the elements whose field was not described, by object: it may be hidden, or not there."""
    found: dict[str, list[tuple[str, str]]] = {}
    for element, path in said.elements.items():
        target, _, name = path.partition(".")
        if not ground.has(target, name):
            found.setdefault(target, []).append((element, name))
    return found


def _missing(method: str, element: str, path: str, query: str, of: int) -> Finding:
    target, _, name = path.partition(".")
    return Finding(
        check=_NAME,
        key=f"{_NAME}:{path}",
        weight=Weight.HIGH,
        says=f"fields.yaml keeps {element} of {method} in {path}, and the org has no such field.",
        object=target,
        fields=(name,),
        count=1,
        of=of,
        fix=f"Make the field {path}, or name the right one in fields.yaml.",
        minutes=_MINUTES,
        queries=(query,),
        values=(path,),
    )


def _lacking(said: Methodology, absent: tuple[str, ...], of: int) -> Iterator[Finding]:
    if absent:
        verb = "have" if absent[1:] else "has"
        yield Finding(
            check=_NAME,
            key=f"{_NAME}:lacking",
            weight=Weight.MEDIUM,
            says=f"{listed(absent)} of {said.name} {verb} no field in fields.yaml.",
            object=DEAL,
            fields=(),
            count=len(absent),
            of=of,
            fix=f"Name the field of {'each' if absent[1:] else 'it'} in fields.yaml under methodology.elements; "
            "make it where there is none.",
            minutes=_MINUTES * len(absent),
            values=absent,
        )


def _proposed(ground: Ground) -> Found:
    """Give what the org's own names show: nothing is mapped until somebody says so."""
    if not ground.has(DEAL):
        return Found(unseen=(ground.unseen(DEAL),))
    name, found = evident(ground)
    elements = METHODS[name or "MEDDIC"]
    shown = f"; {len(found)} of {len(elements)} elements of {name} are evident by their names" if name else ""
    measure = Measure(_NAME, 0, len(elements), f"fields.yaml maps no methodology to fields{shown}")
    return Found(measures=(measure,), exhibits=(_draft(ground, name, found),))


def _draft(ground: Ground, name: str, found: Mapping[str, str]) -> Exhibit:
    """Write a fields.yaml to begin with, one line a row."""
    lines = ["# fields.yaml: what the org's fields mean, from the first lead to the renewal"]
    lines += ["# owner: the username of who answers for it in RevOps", "methodology:", f"  name: {name or 'MEDDIC'}"]
    lines.append("  elements:")
    for element in METHODS[name or "MEDDIC"]:
        field = found.get(element)
        lines.append(f"    {element}: {DEAL}.{field}" if field else f"    # {element}: no field has such a name")
    if not name:
        lines = [one if one.startswith("#") else f"# {one}" for one in lines]
    if ground.has(DEAL, "NextStep"):
        lines.append("next_step: NextStep")
    counts = counter(ground)
    lines += [f"push_count: {counts.name}"] if counts is not None else []
    says = (
        "`upbeat audit --draft -o fields.yaml` writes these lines; change what is not so. `upbeat check` reads the "
        "file, and the next audit goes by it."
    )
    return Exhibit(FIELDS_DRAFT, "A fields.yaml to begin with", says, ("fields.yaml",), [(one,) for one in lines])


METHODOLOGY: Final = Check(_NAME, "The methodology's elements, and the fields that hold them", _look)
