"""request_decision: asks a person for their next move and records it; the run goes on meanwhile."""

from upbeat.formula import Type
from upbeat.steps.case import Case, Function, Result
from upbeat.workflows import FunctionSpec, Kind, Parameter


def _run(case: Case) -> Result:
    if case.answer is not None:
        return Result({"choice": case.answer.choice, "by": case.answer.by, "note": case.answer.note})
    args = case.args
    reasons = (*case.reasons, case.how_to_object)
    hold = case.hold("decision", str(args["question"]), str(args["of"] or ""), args["due"], args["choices"], reasons)
    return Result({"choice": None, "by": None, "note": None}, hold=hold)


REQUEST_DECISION = Function(
    FunctionSpec(
        name="request_decision",
        does="Puts a question with choices into a person's queue and records which move they took.",
        parameters={
            "of": Parameter(Kind.USER),
            "question": Parameter(Kind.TEXT),
            "choices": Parameter(Kind.CHOICES),
            "due": Parameter(Kind.DURATION),
        },
        gives={"choice": Type.TEXT, "by": Type.TEXT, "note": Type.TEXT},
        asks_person=True,
        flags=True,
    ),
    _run,
)
