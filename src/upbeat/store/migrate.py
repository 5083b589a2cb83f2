"""Brings a database to the newest schema. A module of its own, because Alembic is slow to load."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

FOLDER = Path(__file__).parent / "migrations"


def upgrade(conn: Connection) -> None:
    """Run every migration that the database has not had, in the transaction of `conn`: all or none."""
    command.upgrade(configuration(conn), "head")


def configuration(conn: Connection) -> Config:
    """Give Alembic's configuration for the migrations packaged here, over `conn`."""
    config = Config(attributes={"connection": conn})
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
