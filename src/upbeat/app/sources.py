"""The sources of facts of a workspace: adapters as the files in enrichment/ tell them, with their secrets."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from upbeat.app.secrets import named_secret
from upbeat.base import Clock, UpbeatError, digest
from upbeat.channels.enrich import Address, CsvTable, Http, Source, SqlTable
from upbeat.workflows import Provider, Settings, Table, compared


class Sources:
    """Opens each source once, and again where its file says something else; `close` ends them all."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Open nothing yet."""
        self._settings = settings
        self._clock = clock
        self._open: dict[str, Source] = {}

    def __call__(self, provider: Provider) -> Source:
        """Give a source. Raises UpbeatError where its secret is not there, or its database is none."""
        key = digest(provider.model_dump())
        if key not in self._open:
            self._open[key] = self._made(provider)
        return self._open[key]

    def close(self) -> None:
        """End every connection that stands open."""
        for one in self._open.values():
            one.close()
        self._open.clear()

    def _made(self, provider: Provider) -> Source:
        places = {name: one.at for name, one in provider.gives.items()}
        if provider.table is not None:
            return self._table(provider, provider.table, places)
        http = provider.http
        if http is None:
            raise AssertionError("a source is HTTP or a table")
        secret = http.secret
        login = ""
        if secret is not None:
            login = secret.before + named_secret(self._settings, secret, f"the secret of {provider.provider}")
        address = Address(
            url=http.url,
            places=places,
            method=http.method,
            headers=http.headers,
            body=http.body,
            secret_header="" if secret is None else secret.header,
            secret=login,
            timeout=http.timeout,
        )
        return Http(address, self._clock)

    def _table(self, provider: Provider, table: Table, places: Mapping[str, str]) -> Source:
        if table.file is not None:
            keys: dict[str, Callable[[str], str]] = {
                name: partial(compared, one) for name, one in provider.takes.items()
            }
            return CsvTable(self._settings.path(table.file), places, keys)
        written = table.database or named_secret(self._settings, table, f"the database of {provider.provider}")
        return SqlTable(_beside(written, self._settings.path(".")), table.query or "", places)


def _beside(database: str, folder: Path) -> str:
    """Give a database's address; a file's path is one from the workspace."""
    try:
        url = make_url(database)
    except ArgumentError:
        raise UpbeatError("the database's address is none", fix="Write it as sqlite:///facts.db.") from None
    if url.get_backend_name() == "sqlite" and url.database:
        url = url.set(database=str((folder / url.database).absolute()))
    return url.render_as_string(hide_password=False)
