"""The org that is judged: one user who may do all, an app that logs in by key, and a few records, rules and objects."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from upbeat.base import SystemClock
from upbeat.localorg import Authority, ConnectedApp, LocalOrg, Server, StreamServer, ValidationRule
from upbeat.localorg.definitions import custom_object
from upbeat.schema import Field, FieldType

NODE: Final = Path(__file__).parent
APP: Final = "judged-app"
SECRET: Final = "judged-secret"  # noqa: S105 - of an org that lives for the run
KEYED: Final = (
    "kaya@acme.example"  # who logs in by a key: `sf` keeps one session a user, and drops it where a log-in fails
)
_SAMPLES: Final = 3
_TASKS: Final = 2_300  # more than a page of a query holds


@dataclass(frozen=True, slots=True)
class Judged:
    """A served org, and what stands in it: `value`, `count` and `ids` look past every client, into the org itself."""

    org: LocalOrg
    url: str
    stream: str
    username: str
    user_id: str
    ca_file: Path | None
    key_file: Path
    wrong_key_file: Path
    samples: int = _SAMPLES
    tasks: int = _TASKS

    @property
    def id(self) -> str:
        """The org's id."""
        return self.org.id

    def token(self) -> str:
        """Give the token of a new session."""
        return self.org.access.token_for(self.username)

    def ids(self, name: str, where: str) -> list[str]:
        """Give the ids of an object's records."""
        asked = f"SELECT Id FROM {name} WHERE {where} ORDER BY Id"  # noqa: S608 - SOQL of the harness's own
        return [row["Id"] for row in self.org.query(asked, self.org.process_user)]

    def count(self, name: str, where: str) -> int:
        """Count an object's records."""
        return len(self.ids(name, where))

    def value(self, name: str, record_id: str, field: str) -> Any:
        """Give one value of a record, of a deleted one too."""
        asked = f"SELECT {field} FROM {name} WHERE Id = '{record_id}'"  # noqa: S608 - the same
        (row,) = self.org.answer(asked, self.org.process_user, all_rows=True).records
        return row[field]


@contextmanager
def standing(folder: Path, *, tls: bool = False) -> Generator[Judged]:
    """Found the org and serve it, over TLS with an authority of its own where a client takes nothing else."""
    key_file, certificate = _key(folder / "key.pem")
    wrong_key_file, _ = _key(folder / "wrong.pem")
    org = LocalOrg(":memory:", clock=SystemClock())
    username = "ana.diaz@acme.example"
    user = org.user(username, last_name="Diaz", FirstName="Ana", profile="System Administrator")
    org.user(KEYED, last_name="Kaya", profile="System Administrator")
    org.access.connect(
        ConnectedApp(
            APP,
            callbacks=("http://localhost:1717/OauthRedirect",),
            certificate=certificate,
            run_as=username,
            pre_authorized=True,
            approved=("System Administrator",),
        ),
        SECRET,
    )
    _fill(org)
    authority = Authority() if tls else None
    identity = authority.identity() if authority else None
    ca_file = folder / "ca.pem" if authority else None
    if authority and ca_file:
        ca_file.write_bytes(authority.certificate)
    with Server(org, identity=identity) as server, StreamServer(org, identity=identity) as stream:
        yield Judged(org, server.url, stream.address, username, user, ca_file, key_file, wrong_key_file)
    org.close()


def _fill(org: LocalOrg) -> None:
    number = Field(name="Source_Id__c", type=FieldType.STRING, external_id=True, unique=True, length=20)
    org.define(
        objects=[
            custom_object(
                "Visit__c",
                "Visit",
                "a01",
                [
                    Field(name="Place__c", type=FieldType.STRING),
                    Field(name="Number__c", type=FieldType.STRING, external_id=True),
                ],
            )
        ],
        fields={"Account": [number]},
        rules=[
            ValidationRule(
                "Account", "Employees_Not_Negative", "NumberOfEmployees < 0", "Employees cannot be fewer than none."
            )
        ],
    )
    accounts = org.create("Account", [{"Name": f"Sample {n}"} for n in range(_SAMPLES)], org.process_user)
    contacts = [
        {"LastName": f"Sample {n}", "Email": f"sample{n}@acme.example", "AccountId": one.id}
        for n, one in enumerate(accounts)
    ]
    org.create("Contact", contacts, org.process_user)
    org.create("Task", [{"Subject": f"Call {n}"} for n in range(_TASKS)], org.process_user)
    org.create("PermissionSet", [{"Name": "Visit_Readers", "Label": "Visit Readers"}], org.process_user)


def _key(path: Path) -> tuple[Path, str]:
    """Write a private key, and give the certificate that an app is known by."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "judged")])
    now = SystemClock().now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    private = serialization.PrivateFormat.PKCS8
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, private, serialization.NoEncryption()))
    return path, certificate.public_bytes(serialization.Encoding.PEM).decode()
