"""A real IMAP server on this machine, with mailboxes in memory: for tests, and to try capture by hand.

`python tools/imap_server.py FILE.eml ...` holds these mails and says what to write in capture.yaml. `ImapServer` also
speaks TLS under an authority of its own, and can be cut off.
"""

import asyncio
import ssl
import sys
import threading
from argparse import Namespace
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import trustme
from proxyprotocol.noop import ProxyProtocolNoop
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import Config, DictBackend
from pymap.backend.dict.mailbox import MailboxData, MailboxSet
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials.flag import Flag
from pysasl.hashing import Cleartext

USER, PASSWORD = "upbeat", "the mailbox's password"
RECEIVED = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)


@dataclass
class ImapServer:
    """The server, for `with`. Mails are put into its folders, which are made as they are named."""

    folder: Path
    security: str = "none"  # none, starttls, tls
    connections: int = 0
    _writers: list[asyncio.StreamWriter] = field(default_factory=list[asyncio.StreamWriter])

    def __enter__(self) -> Self:
        """Listen on a free port."""
        secret = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        if self.security != "none":
            authority = trustme.CA()
            authority.cert_pem.write_to_path(self.authority)
            authority.issue_cert("localhost").configure_cert(secret)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="imap", daemon=True)
        self._thread.start()
        self._server = self._do(self._serve(secret))
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def authority(self) -> Path:
        """The file of the authority that signed its certificate."""
        return self.folder / "authority.pem"

    def put(self, *mails: bytes, folder: str = "INBOX", flags: Iterable[str] = (), at: datetime = RECEIVED) -> None:
        """Put mails into a folder."""
        self._do(self._put(mails, folder, frozenset(Flag(one.encode()) for one in flags), at))

    def flags(self, folder: str = "INBOX") -> list[set[str]]:
        """Give the flags of each mail of a folder, in order."""
        return self._do(self._flags(folder))

    def remake(self, folder: str) -> None:
        """Drop a folder and make it again under the same name: its UIDs begin anew, under a new UIDVALIDITY."""
        self._do(self._remake(folder))

    def stop(self) -> None:
        """Stop listening, and end every connection."""
        self._do(self._stop())

    def cut(self) -> None:
        """End every connection."""
        self._do(self._cut())

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=30)

    async def _serve(self, secret: ssl.SSLContext) -> asyncio.AbstractServer:
        told = Namespace(passlib_cfg=None, proxy_protocol=None)
        self._config = Config(
            told,
            host="localhost",
            port=0,
            demo_data=False,
            demo_user=USER,
            demo_password=PASSWORD,
            debug=False,
            tls_enabled=self.security == "starttls",
            ssl_context=secret,
            proxy_protocol=ProxyProtocolNoop(),
            invalid_user_sleep=0,
            hash_context=Cleartext(),  # a hash takes most of a second
        )
        self._config.apply_context()
        backend, _ = await _backend(self._config)
        self._login = backend.login
        serves = ProxyProtocolReader(ProxyProtocolNoop()).get_callback(IMAPServer(self._login, self._config))

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.connections += 1
            self._writers.append(writer)
            await serves(reader, writer)

        return await asyncio.start_server(connected, "localhost", 0, ssl=secret if self.security == "tls" else None)

    async def _stop(self) -> None:
        self._server.close()
        await self._cut()

    async def _cut(self) -> None:
        for one in self._writers:
            one.transport.abort()
        self._writers.clear()
        await asyncio.sleep(0.01)

    async def _mailboxes(self) -> MailboxSet:
        async with self._login.demo_user_identity.new_session() as session:
            return session.mailbox_set

    async def _folder(self, name: str) -> MailboxData:
        boxes = await self._mailboxes()
        if name not in {one.name for one in (await boxes.list_mailboxes()).list()}:
            await boxes.add_mailbox(name)
        return await boxes.get_mailbox(name)

    async def _put(self, mails: Iterable[bytes], folder: str, flags: frozenset[Flag], at: datetime) -> None:
        box = await self._folder(folder)
        for one in mails:
            await box.append(AppendMessage(one, at, flags))

    async def _flags(self, folder: str) -> list[set[str]]:
        box = await self._folder(folder)
        return [{str(flag) for flag in one.permanent_flags} async for one in box.messages()]

    async def _remake(self, folder: str) -> None:
        boxes = await self._mailboxes()
        await boxes.delete_mailbox(folder)
        await boxes.add_mailbox(folder)


async def _backend(config: Config) -> tuple[DictBackend, Config]:
    from pymap.backend.dict import Login  # noqa: PLC0415

    login = Login(config)
    await DictBackend._add_demo_user(config, login)  # noqa: SLF001
    return DictBackend(login, config), config


def main() -> None:
    """Serve the mails of some files until it is interrupted."""
    with ImapServer(Path.cwd()) as server:
        server.put(*(Path(one).read_bytes() for one in sys.argv[1:]))
        print(f"imap: {{host: localhost, port: {server.port}, security: none, username: {USER}, secret_env: PASSWORD}}")
        print(f"PASSWORD={PASSWORD!r}", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            sys.exit(0)


if __name__ == "__main__":
    main()
