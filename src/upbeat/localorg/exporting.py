"""A whole org as a folder: what `Archive` writes of its tables, and its definitions as an admin reads them."""

from pathlib import Path

from upbeat.localorg.archive import Exported, Progress
from upbeat.localorg.definition_file import FILE, write
from upbeat.localorg.org import LocalOrg


def export(org: LocalOrg, folder: Path, progress: Progress = lambda _: None) -> Exported:
    """Write the org into a folder that is empty or not there yet. Raises OrgError for any other."""
    with org.transaction():
        found = org.archive.write(folder, org.id, progress)
        (folder / FILE).write_text(write(org), encoding="utf-8")
    return found
