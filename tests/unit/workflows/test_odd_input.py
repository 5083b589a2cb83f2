"""However odd a file is: a definition comes of it, or problems with their places, and nothing else."""

import contextlib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.base.files import FileModel, build, read
from upbeat.workflows import (
    PLAYBOOKS,
    Agent,
    Catalogue,
    Definition,
    DefinitionError,
    Policy,
    PoolDefinition,
    Settings,
    Severity,
    load,
)
from upbeat.workflows.compiler import draft
from upbeat.workflows.pool_compiler import compile_pool

SHIPPED = load(PLAYBOOKS)
ODD = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**30), 10**30),
        st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=Decimal(-1000), max_value=Decimal(1000)),
        st.text(max_size=20),
        st.sampled_from(["{!", "{!}", "{!Name", "'{!1/0}'", "{!$Step.x.y}", "AND(", "$", "Id", "1 day", "a@b.example"]),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from _paths(one, (*path, key))


def _replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    head, *rest = path
    if isinstance(value, dict):
        return {key: _replaced(one, tuple(rest), new) if key == head else one for key, one in value.items()}
    return [_replaced(one, tuple(rest), new) if index == head else one for index, one in enumerate(value)]


WORKSPACE = """
org:
  login_url: https://acme.my.salesforce.com
  reading: {client_id: reader, secret_env: READING}
  writing: {client_id: writer, secret_file: writing.secret}
poll_every: 30 seconds
"""
FILES: dict[type[FileModel], bytes] = {
    Agent: (PLAYBOOKS / "agents/router.yaml").read_bytes(),
    Definition: (PLAYBOOKS / "workflows/single-threaded-larger-deals.yaml").read_bytes(),
    PoolDefinition: (PLAYBOOKS / "routing/inbound.yaml").read_bytes(),
    Policy: (PLAYBOOKS / "policy.yaml").read_bytes(),
    Settings: WORKSPACE.encode(),
}
READ = {model: read("w.yaml", raw, "workflow") for model, raw in FILES.items()}
PATHS = {model: list(_paths(values)) for model, (values, _) in READ.items()}


def _odd(data: st.DataObject, model: type[FileModel]) -> Any:
    """Give a definition of that kind, one of whose values was replaced. Raises DefinitionError."""
    values, source = READ[model]
    return build(model, _replaced(values, data.draw(st.sampled_from(PATHS[model])), data.draw(ODD)), source)


@given(st.binary(max_size=200))
def test_any_bytes_are_values_or_problems(raw: bytes) -> None:
    with contextlib.suppress(DefinitionError):
        read("w.yaml", raw, "workflow")


@given(st.text(alphabet=" \n\t:-#'\"|>{}[]!&*?,ab1.~\\%@`<", max_size=60))
def test_any_text_of_yaml_signs_is_values_or_problems(text: str) -> None:
    with contextlib.suppress(DefinitionError):
        read("w.yaml", text.encode(), "workflow")


@pytest.mark.parametrize("model", [Agent, Policy, Settings])
@given(data=st.data())
def test_any_value_anywhere_is_taken_or_told(model: type[FileModel], data: st.DataObject) -> None:
    with contextlib.suppress(DefinitionError):
        _odd(data, model)


@given(data=st.data())
def test_any_value_in_a_workflow_compiles_or_is_told(against: Catalogue, data: st.DataObject) -> None:
    with contextlib.suppress(DefinitionError):
        found = draft(_odd(data, Definition), SHIPPED, against)
        assert (found.workflow is None) == any(one.severity is Severity.ERROR for one in found.problems)


@given(data=st.data())
def test_any_value_in_a_pool_compiles_or_is_told(against: Catalogue, data: st.DataObject) -> None:
    with contextlib.suppress(DefinitionError):
        compile_pool(_odd(data, PoolDefinition), against)
