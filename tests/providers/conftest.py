"""What the provider tests share."""

import shutil
import socket
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from idp.providers.keyring import FileKeyring
from idp.providers.mail.smtp import SmtpSender, parse_smtp_url
from idp.providers.signing_keys import ensure_keys
from idp.providers.system import SystemClock
from tests.providers.mailbox import NAMES, SENDER, Handler
from tests.providers.server import DEVELOPMENT, Server

START = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


class FakeClock:
    """A clock that moves when told."""

    def __init__(self, at=START) -> None:
        self.at = at

    def now(self):
        return self.at

    def monotonic(self):
        return self.at.timestamp()

    def move(self, **amount: float):
        self.at += timedelta(**amount)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture(scope="session")
def made_keys(tmp_path_factory):
    """A folder of keys, made once because RSA keys take their time."""
    folder = tmp_path_factory.mktemp("made") / "keys"
    ensure_keys(folder, START)
    return folder


@pytest.fixture
def key_folder(made_keys, tmp_path):
    return shutil.copytree(made_keys, tmp_path / "keys")


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A root file and a server context for `localhost`."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return folder / "cert.pem", context


@pytest.fixture(scope="session")
def fixed(made_keys):
    """A keyring nobody changes."""
    return FileKeyring(made_keys, SystemClock())


@pytest.fixture
def keyring(key_folder, clock):
    return FileKeyring(key_folder, clock, monotonic=clock.monotonic)


@pytest.fixture
def serve():
    servers = []

    def start(answer=b"", context=None):
        servers.append(Server(answer, context))
        return servers[-1]

    yield start
    for server in servers:
        server.is_closing = True
        server.socket.shutdown(socket.SHUT_RDWR)
        server.socket.close()
        server.thread.join(5)


@pytest.fixture
def outbound():
    return DEVELOPMENT


@pytest.fixture(scope="session")
def controller():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(Handler(), hostname="127.0.0.1", port=port)
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def handler(controller):
    controller.handler.mails.clear()
    controller.handler.answers.clear()
    return controller.handler


@pytest.fixture
def sender(controller, clock):
    return SmtpSender(parse_smtp_url(f"smtp://127.0.0.1:{controller.port}"), sender=SENDER, names=NAMES, clock=clock)
