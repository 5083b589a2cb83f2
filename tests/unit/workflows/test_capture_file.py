import pytest

from upbeat.base.files import DefinitionError, parse
from upbeat.workflows import Capture, Consent

WHOLE = """\
owner: priya.shah@acme.example
internal: [Acme.example, partner@agency.example]
exclude: {domains: ['@lawyers.example'], addresses: [Ann@Press.example], words: [Project Falcon]}
consent: required
sources:
  - {source: calls, folder: {path: recordings}}
  - {source: mail, imap: {host: imap.acme.example, username: sales, secret_env: BOX, since: 2026-01-01}}
  - {source: recorder, webhook: {secret_file: recorder.key}}
"""


def read(text: str) -> Capture:
    return parse(Capture, "capture.yaml", text.encode())


def test_a_capture_file_says_who_is_ours_what_is_left_out_and_where_talk_comes_from() -> None:
    found = read(WHOLE)
    assert found.internal == ("acme.example", "partner@agency.example")
    assert (found.exclude.domains, found.exclude.addresses) == (("lawyers.example",), ("ann@press.example",))
    assert found.consent is Consent.REQUIRED
    assert [one.kind for one in found.sources] == ["folder", "imap", "webhook"]
    assert found.sources[1].imap is not None
    assert str(found.sources[1].imap.first_day) == "2026-01-01"


WRONG = [
    pytest.param("secret_env: BOX", "password: hunter2", 7, "written in the file", id="a password"),
    pytest.param("secret_env: BOX", "port: 993", 7, "one place where its password is", id="no password"),
    pytest.param("secret_env: BOX", "secret_env: BOX, security: none", 7, "in the clear", id="in the clear"),
    pytest.param("source: recorder", "source: calls", 0, "two sources are called calls", id="one name twice"),
    pytest.param("folder: {path: recordings}", "paused: true", 6, "of one kind", id="no kind"),
    pytest.param("[Acme.example, partner@agency.example]", "[acme]", 2, "is no domain", id="no domain"),
    pytest.param("secret_file: recorder.key", "largest: 5000", 8, "lies in one place", id="no secret"),
    pytest.param("consent: required", "consent: maybe", 4, "cannot be maybe", id="no such consent"),
]


@pytest.mark.parametrize(("was", "becomes", "line", "what"), WRONG)
def test_what_is_wrong_with_a_capture_file_is_told_with_its_line(was: str, becomes: str, line: int, what: str) -> None:
    with pytest.raises(DefinitionError) as error:
        read(WHOLE.replace(was, becomes))
    [problem] = error.value.problems
    assert not line or problem.place.line == line
    assert what in problem.what
    assert problem.fix
