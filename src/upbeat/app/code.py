"""Which code of ours this process runs."""

from functools import cache
from hashlib import sha256
from pathlib import Path

import upbeat


@cache
def code_version() -> str:
    """Give the digest of our own source, as this process began: a batch of other code is never resumed by this one."""
    whole = sha256()
    for file in sorted(Path(upbeat.__file__).parent.rglob("*.py")):
        whole.update(file.read_bytes())
    return whole.hexdigest()[:16]
