"""The API as its own description has it: whatever fits that description is answered, and never by a fault of ours."""

import time
from collections.abc import Iterator, Mapping

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient
from tests.hostile import a_house, address, happen
from tests.unit.console.conftest import PRIYA, SignIn

from upbeat.testing import House

EXAMPLES = 12  # for each operation: half of them ask for what there is
FEW = settings(max_examples=EXAMPLES, phases=[Phase.generate], suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with a_house() as house:
        yield house


@pytest.fixture(scope="module")
def named(house: House, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    return happen(house, tmp_path_factory.mktemp("calls"))


def answered(browser: TestClient, operation: schemathesis.schemas.APIOperation, named: Mapping[str, str]) -> list[str]:  # type: ignore[type-arg]
    """Give what is wrong with the answers to requests that fit an operation's description."""
    wrong = list[str]()

    @FEW
    @given(case=operation.as_strategy(), known=st.booleans())
    def ask(case: schemathesis.Case, known: bool) -> None:
        path = address(operation.path, named) if known else case.formatted_path
        body = None if isinstance(case.body, schemathesis.core.NotSet) else case.body
        answer = browser.request(case.method, path, params=case.query, json=body)
        refused = answer.status_code >= 400
        if answer.status_code >= 500 or (refused and not answer.json()["error"]["what"]):
            wrong.append(f"{case.method} {path} {case.query} {body}: {answer.status_code} {answer.text[:300]}")

    ask()
    return wrong


@pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")  # schemathesis does
def test_no_request_that_fits_the_description_meets_a_fault_and_each_refusal_says_what_it_is(
    named: Mapping[str, str], sign_in: SignIn
) -> None:
    browser = sign_in(PRIYA)
    schema = schemathesis.openapi.from_dict(browser.get("/api/openapi.json").json())
    operations = [one.ok() for one in schema.get_all_operations()]
    wrong = [line for one in operations for line in answered(browser, one, named)]
    while browser.get("/api/foundation/progress").json()["under_way"]["ended_at"] is None:
        time.sleep(0.05)  # an audit that was asked for goes on in the background
    assert not wrong, "\n".join(wrong)
    assert len(operations) > 30
