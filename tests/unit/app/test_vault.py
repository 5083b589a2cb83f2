"""What connections log in with: kept where only its owner reads it, and never readable without its key."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import keyring
import keyring.backend
import pytest

from upbeat.app import Vault
from upbeat.app.vault import KeptConsent
from upbeat.base import UpbeatError


class Remembering(keyring.backend.KeyringBackend):
    """A keyring that keeps things for as long as the test lasts."""

    priority = 5  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.held[service, username]


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path, tmp_path / "upbeat.db", tmp_path / "keys")


@pytest.fixture
def ring() -> Iterator[Remembering]:
    before, ring = keyring.get_keyring(), Remembering()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


def test_a_secret_is_kept_and_forgotten(vault: Vault) -> None:
    assert vault.read("a secret") is None
    vault.keep("a secret", "hush", in_file=True)
    assert vault.read("a secret") == "hush"
    assert (vault.forget("a secret"), vault.read("a secret"), vault.forget("a secret")) == (True, None, False)


def test_the_file_holds_no_secret_in_the_clear_and_others_cannot_read_it(vault: Vault, tmp_path: Path) -> None:
    vault.keep("a secret", "hush", in_file=True)
    file = tmp_path / "upbeat.secrets"
    assert (b"hush" in file.read_bytes(), file.stat().st_mode & 0o777) == (False, 0o600)
    file.chmod(0o644)
    with pytest.raises(UpbeatError, match="open to other users"):
        vault.read("a secret")


def test_a_secret_cannot_be_read_under_another_name_or_with_another_key(vault: Vault, tmp_path: Path) -> None:
    vault.keep("the reading one", "hush", in_file=True)
    file = tmp_path / "upbeat.secrets"
    file.write_text(file.read_text().replace("the reading one", "the writing one"))
    with pytest.raises(UpbeatError, match="was not encrypted with the key at hand"):
        vault.read("the writing one")
    (tmp_path / "keys" / "vault.key").unlink()
    vault.keep("a new one", "new", in_file=True)
    assert vault.read("a new one") == "new"


def test_the_systems_keyring_is_used_where_there_is_one(vault: Vault, ring: Remembering, tmp_path: Path) -> None:
    assert vault.keep("a secret", "hush") == "the system's keyring"
    assert (list(ring.held.values()), (tmp_path / "upbeat.secrets").exists()) == (["hush"], False)
    assert vault.read("a secret") == "hush"
    vault.forget("a secret")
    assert ring.held == {}


def test_without_a_keyring_that_keeps_things_the_file_is_used(vault: Vault, tmp_path: Path) -> None:
    assert vault.keep("a secret", "hush") == str(tmp_path / "upbeat.secrets")


def test_two_workspaces_on_one_keyring_do_not_see_each_others_secrets(ring: Remembering, tmp_path: Path) -> None:
    one, two = (Vault(tmp_path / name, tmp_path / name / "db", tmp_path / name / "keys") for name in ("one", "two"))
    one.keep("a secret", "hush")
    assert (two.read("a secret"), len(ring.held)) == (None, 1)


def test_a_consent_that_is_renewed_stays_where_it_was(vault: Vault, ring: Remembering) -> None:
    vault.keep("consent", "first", in_file=True)
    kept = KeptConsent(vault, "consent")
    kept.save("second")
    assert (kept.read(), ring.held) == ("second", {})


def test_no_consent_says_what_to_do(vault: Vault) -> None:
    with pytest.raises(UpbeatError) as refused:
        KeptConsent(vault, "the consent to the reading connection").read()
    assert "upbeat org connect" in refused.value.fix


def test_who_holds_the_secrets_holds_them_alone(vault: Vault) -> None:
    vault.keep("count", "0", in_file=True)

    def add(_: int) -> None:
        with vault.alone():
            vault.keep("count", str(int(vault.read("count") or 0) + 1), in_file=True)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(add, range(20)))
    assert vault.read("count") == "20"
