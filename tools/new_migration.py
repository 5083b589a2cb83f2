"""Drafts the next migration from the difference between the packaged ones and `store.tables`.

    python tools/new_migration.py "Keep the reason of a hold"

Read the draft and correct it, run `ruff check --fix` and `ruff format` over it, then raise `HEAD` in `store.store`
to its number.
"""

import sys

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from upbeat.store.migrate import configuration, upgrade


def main(message: str) -> None:
    """Migrate a scratch database to the newest step, compare, and write the difference down."""
    with create_engine("sqlite://").begin() as conn:
        config = configuration(conn)
        number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
        upgrade(conn)
        command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]))
