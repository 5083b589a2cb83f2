"""Which models agents may have, as upbeat.yaml says it, and what the checks tell of one that is not asked."""

from typing import Any

import pytest
from pydantic import ValidationError

from upbeat.base.files import Severity
from upbeat.steps import SPECS
from upbeat.workflows import Definitions, Models, Policy, Task, check_models
from upbeat.workflows.definition import Agent

READER = {
    "url": "https://models.acme.example/v1",
    "model": "reader-small",
    "owner": "priya.shah@acme.example",
    "tasks": ["classification"],
}


def allowing(**more: Any) -> Models:
    return Models.model_validate({"allow": {"small": {**READER, **more}}})


@pytest.mark.parametrize(
    ("models", "name", "why"),
    [
        pytest.param(allowing(), "small", "", id="allowed"),
        pytest.param(Models(), "small", "upbeat.yaml allows no model small", id="none is, unless it is said"),
        pytest.param(allowing(), "large", "upbeat.yaml allows no model large", id="another one is"),
        pytest.param(allowing().model_copy(update={"off": True}), "small", "models are switched off in upbeat.yaml",
                     id="one switch turns all off"),
    ],
)  # fmt: skip
def test_a_model_is_asked_where_upbeat_yaml_allows_it(models: Models, name: str, why: str) -> None:
    assert models.why_not(name, Task.CLASSIFICATION) == why


@pytest.mark.parametrize(
    ("more", "words"),
    [
        pytest.param({"url": "http://models.acme.example/v1"}, "in the clear", id="in the clear"),
        pytest.param({"url": "https://me:word@models.acme.example/v1"}, "holds a login", id="a login in the address"),
        pytest.param({"secret": "s3cret"}, "secret is written in the file", id="a key in the file"),
        pytest.param({"secret_env": "KEY", "secret_file": "key"}, "one place", id="a key in two places"),
        pytest.param({"tasks": []}, "tasks", id="no task"),
        pytest.param({"tasks": ["forecast"]}, "classification", id="an unknown task"),
    ],
)
def test_an_allowed_model_is_reached_in_private_and_names_its_key(more: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        allowing(**more)


def an_agent(*may_call: str, model: str = "small") -> Definitions:
    written = {"agent": "reader", "role": "Reads.", "may_call": may_call, "model": model}
    return Definitions(
        workflows=(), agents={"reader": Agent.model_validate(written)}, policy=Policy.refusing(), pools={}
    )


@pytest.mark.parametrize(
    ("agents", "models", "severity"),
    [
        pytest.param(an_agent("classify_request"), allowing(), None, id="allowed"),
        pytest.param(an_agent("classify_request", model="none"), Models(), None, id="rules alone"),
        pytest.param(an_agent("classify_request", model="large"), allowing(), Severity.ERROR, id="not this one"),
        pytest.param(an_agent("classify_request"), Models(), Severity.ADVICE, id="none is allowed at all"),
        pytest.param(an_agent("assign_owner"), allowing(), Severity.ADVICE, id="nothing to read"),
    ],
)
def test_the_checks_tell_of_a_model_that_is_not_asked(
    agents: Definitions, models: Models, severity: Severity | None
) -> None:
    found = [one.severity for one in check_models(agents, SPECS, models)]
    assert found == ([] if severity is None else [severity])
