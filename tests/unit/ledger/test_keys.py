"""The ledger's secrets."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from upbeat.ledger import Keys, LedgerError


def _public(keys: Keys) -> bytes:
    return keys.verifier.public_bytes(Encoding.Raw, PublicFormat.Raw)


def test_keys_are_made_once(tmp_path: Path) -> None:
    assert _public(Keys.load_or_create(tmp_path)) == _public(Keys.load_or_create(tmp_path))


def test_those_who_make_keys_at_once_get_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = pool.map(lambda _: _public(Keys.load_or_create(tmp_path)), range(16))
    assert len(set(made)) == 1


def test_only_the_owner_may_read_the_keys(tmp_path: Path) -> None:
    Keys.load_or_create(tmp_path / "keys")
    modes = {path.name: f"{path.stat().st_mode & 0o777:o}" for path in tmp_path.rglob("*")}
    assert modes == {"keys": "700", "ledger.key": "600"}


def test_keys_that_others_can_read_are_refused(tmp_path: Path) -> None:
    Keys.load_or_create(tmp_path)
    (tmp_path / "ledger.key").chmod(0o640)
    with pytest.raises(LedgerError, match="open to other users") as caught:
        Keys.load_or_create(tmp_path)
    assert caught.value.fix == f"Run `chmod 600 {tmp_path / 'ledger.key'}`."


@pytest.mark.parametrize("text", ["", "not hexadecimal\n", "00\n00\n", "00" * 32 + "\n"])
def test_a_damaged_key_file_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "ledger.key").write_text(text)
    (tmp_path / "ledger.key").chmod(0o600)
    with pytest.raises(LedgerError, match=r"ledger\.key: the file does not hold the ledger's keys"):
        Keys.load_or_create(tmp_path)


def test_a_place_that_cannot_hold_keys_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LedgerError, match="cannot be read or made: Not a directory"):
        Keys.load_or_create(tmp_path / "file" / "keys")


def test_keys_do_not_show_themselves(tmp_path: Path) -> None:
    assert repr(Keys.load_or_create(tmp_path)) == "Keys()"
