"""A year of a mailbox: ten thousand mails over IMAP, taken twice, beside the standard library parsing the same mails.

The baseline takes each mail apart with `email.message_from_bytes` under the default policy and gives its plain text: no
network, no store, nobody looked up. The second taking is of the same mails in another folder, as after a move of the
mailbox: all of them are known.
"""

import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import format_datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from sqlalchemy import func, select

from upbeat.store import tables
from upbeat.testing import House

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
from imap_server import PASSWORD, USER, ImapServer

MAILS = int(os.environ.get("UPBEAT_BENCH_MAILS", "10000"))
WORDS = [
    "pumps",
    "trailers",
    "budget",
    "signature",
    "price",
    "dock",
    "offer",
    "plan",
    "review",
    "security",
    "pilot",
    "rollout",
    "invoice",
    "order",
    "term",
]


def main() -> None:
    """Fill a mailbox and print what each taking of it takes."""
    with ExitStack() as held:
        server = held.enter_context(ImapServer(Path(held.enter_context(TemporaryDirectory()))))
        os.environ["UPBEAT_BENCH_BOX"] = PASSWORD
        box = (
            f"{{host: localhost, port: {server.port}, security: none, username: {USER}, secret_env: UPBEAT_BENCH_BOX}}"
        )
        written = (
            f"owner: priya.shah@acme.example\ninternal: [acme.example]\nsources:\n  - {{source: box, imap: {box}}}\n"
        )
        house = held.enter_context(House(only=["missing-next-step"], files={"capture.yaml": written}))
        server.put(folder="Sent")
        mails = [_mail(number, house.clock.now()) for number in range(MAILS)]
        _put(server, mails, "INBOX")
        base = _seconds(lambda: [_plain(one) for one in mails])
        first = _seconds(lambda: _take(house))
        kept = _kept(house)
        server.remake("Sent")
        _put(server, mails, "Sent")
        again = _seconds(lambda: _take(house))
        print(f"{MAILS:,} mails, {kept:,} conversations after the first taking, {_kept(house):,} after the second")
        print(f"{'email, default policy':<28}{base:8.2f} s   1.0")
        print(f"{'taken and kept':<28}{first:8.2f} s   {first / base:.1f}")
        print(f"{'taken again, all known':<28}{again:8.2f} s   {again / base:.1f}")


def _put(server: ImapServer, mails: Sequence[bytes], folder: str) -> None:
    for start in range(0, len(mails), 500):
        server.put(*mails[start : start + 500], folder=folder)


def _take(house: House) -> None:
    while house.space.capturing(house.clock.now()):
        pass


def _kept(house: House) -> int:
    with house.space.store.reading() as conn:
        return conn.scalar(select(func.count()).select_from(tables.conversations)) or 0


def _plain(raw: bytes) -> str:
    found = message_from_bytes(raw, policy=default).get_body(("plain",))
    return "" if found is None else str(found.get_content())


def _seconds(work: Callable[[], object]) -> float:
    """Give the processor time of a piece of work: the server's is part of it, as it runs in this process."""
    began = time.process_time()
    work()
    return time.process_time() - began


def _mail(number: int, now: datetime) -> bytes:
    drawn = Random(number)
    said = "\n\n".join(" ".join(drawn.choices(WORDS, k=30)).capitalize() + "." for _ in range(4))
    letter = EmailMessage()
    letter["From"], letter["To"] = (
        f"Person {number % 400} <p{number % 400}@c{number % 80}.example>",
        "maya.chen@acme.example",
    )
    letter["Date"] = format_datetime(now - timedelta(minutes=50 * number))
    letter["Subject"], letter["Message-ID"] = f"About the {WORDS[number % len(WORDS)]}", f"<{number}@c.example>"
    letter.set_content(f"{said}\n\nBest regards,\nPerson\n\nOn Monday Maya wrote:\n> {said[:200]}\n")
    letter.add_alternative(f"<p>{said}</p><blockquote>{said[:200]}</blockquote>", subtype="html")
    return letter.as_bytes()


if __name__ == "__main__":
    main()
