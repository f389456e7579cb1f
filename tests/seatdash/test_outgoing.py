"""What other people's addresses can make this server do: nothing but speak to the internet."""

import asyncio
import gzip
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_django import Settings

from seatdash import outgoing
from tests.receiver import Answer, Receiver, receiving

OURS = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 - nothing binds to it
    "255.255.255.255",
    "224.0.0.1",
    "192.0.0.8",
    "198.18.0.1",
    "::1",
    "::",
    "fe80::1",
    "fd00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::127.0.0.1",
    "64:ff9b::a00:1",
    "2002:7f00:1::",
    "2001:db8::1",
]
PUBLIC = ["93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]

Send = Callable[[str], httpx.Response]


def send(url: str, **options: Any) -> httpx.Response:
    with outgoing.client(**options) as client:
        return client.post(url, content=b"{}")


def send_async(url: str, **options: Any) -> httpx.Response:
    async def run() -> httpx.Response:
        async with outgoing.async_client(**options) as client:
            return await client.post(url, content=b"{}")

    return asyncio.run(run())


BOTH = pytest.mark.parametrize("post", [send, send_async])


@pytest.fixture
def private(settings: Settings) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = True


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What each name resolves to; several texts are the answers to one question after another."""
    known: dict[str, list[str]] = {}

    really = socket.getaddrinfo

    def look_up(host: str, port: int, *kind: Any, **kinds: Any) -> list[tuple[Any, ...]]:
        if host not in known:
            return really(host, port, *kind, **kinds)
        found = known[host].pop(0) if len(known[host]) > 1 else known[host][0]
        return [(socket.AF_INET, 1, 6, "", (each, port)) for each in found.split()]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


@pytest.mark.parametrize("address", OURS)
def test_address_of_our_own_network_is_not_public(address: str) -> None:
    assert not outgoing.is_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_address_of_the_internet_is_public(address: str) -> None:
    assert outgoing.is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://93.184.216.34/",
        "ftp://93.184.216.34/",
        "https:///nowhere",
        "https://user:secret@93.184.216.34/",
        "https://93.184.216.34@127.0.0.1/",
        "https://93.184.216.34:22/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://127.1/",
        "https://localhost/",
        "https://exa mple/",
        "//93.184.216.34/",
        "nonsense",
        "",
    ],
)
def test_address_is_refused_with_words_before_anything_is_sent(url: str) -> None:
    with pytest.raises(outgoing.AddressRefusedError, match=r"\w+"):
        outgoing.check_url(url)


@pytest.mark.parametrize(
    "url", ["https://93.184.216.34/hook?a=1", "https://[2606:4700::1111]:8443/"]
)
def test_public_address_is_taken(url: str) -> None:
    outgoing.check_url(url)


def test_name_is_refused_where_one_of_its_addresses_is_ours(names: dict[str, list[str]]) -> None:
    names["both.example"] = ["93.184.216.34 10.0.0.1"]
    with pytest.raises(outgoing.AddressRefusedError, match=r"both\.example"):
        outgoing.check_url("https://both.example/")


@BOTH
def test_name_that_changes_after_the_check_reaches_nothing_of_ours(
    names: dict[str, list[str]], post: Send
) -> None:
    with receiving() as receiver:
        names["rebinding.example"] = ["93.184.216.34", "127.0.0.1"]
        url = f"https://rebinding.example:{receiver.port}/"
        outgoing.check_url(url)
        with pytest.raises(outgoing.AddressRefusedError):
            post(url)
        assert receiver.connections == 0


@BOTH
@pytest.mark.parametrize("host", ["127.0.0.1", "[::ffff:127.0.0.1]", "localhost", "127.1"])
def test_nothing_is_connected_in_our_own_network(post: Send, host: str) -> None:
    with receiving() as receiver:
        with pytest.raises(outgoing.AddressRefusedError):
            post(f"https://{host}:{receiver.port}/")
        assert receiver.connections == 0


@BOTH
def test_settings_may_allow_other_addresses(private: None, post: Send) -> None:
    with receiving() as receiver:
        assert post(receiver.address).status_code == 204
    assert receiver.received[0].body == b"{}"


@BOTH
def test_redirect_is_not_followed(private: None, post: Send) -> None:
    with receiving() as other:
        moved = Answer(307, headers={"Location": other.address})
        with receiving(Receiver(lambda _received: moved)) as receiver:
            assert post(receiver.address).status_code == 307
    assert other.received == []


@BOTH
def test_long_answer_is_cut(private: None, post: Send) -> None:
    long = Answer(200, b"x" * 1_000_000)
    with receiving(Receiver(lambda _received: long)) as receiver:
        answer = post(receiver.address)
    assert len(answer.content) == 64 * 1024
    assert outgoing.was_cut(answer)


@BOTH
def test_compressed_answer_does_not_grow(private: None, post: Send) -> None:
    bomb = Answer(200, gzip.compress(b"0" * 10_000_000), {"Content-Encoding": "gzip"})
    with receiving(Receiver(lambda _received: bomb)) as receiver:
        answer = post(receiver.address)
    assert answer.content == bomb.body
    assert "gzip" not in receiver.received[0].headers["accept-encoding"]


@pytest.fixture
def dripping() -> Iterator[int]:
    """A server that sends a byte of its headers now and then, and never comes to an end."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _address = server.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
                try:
                    while True:
                        connection.sendall(b"x")
                        time.sleep(0.02)
                except OSError:
                    return

        Thread(target=drip, daemon=True).start()
        yield server.getsockname()[1]


@BOTH
def test_server_that_drips_its_answer_is_left_in_time(
    private: None, post: Callable[..., httpx.Response], dripping: int
) -> None:
    begin = time.monotonic()
    with pytest.raises(httpx.TimeoutException):
        post(f"http://127.0.0.1:{dripping}/", seconds=0.3)
    assert time.monotonic() - begin < 3


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The contexts of a server named receiver.example, and of a client that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "receiver.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("receiver.example")]), False)
        .add_extension(x509.BasicConstraints(True, None), True)
        .sign(key, hashes.SHA256())
    )
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    private_key = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain)
    path = tmp_path / "both.pem"
    path.write_bytes(made.public_bytes(encoding) + private_key)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return server, ssl.create_default_context(cafile=str(path))


@BOTH
def test_certificate_is_checked_against_the_name_though_the_address_is_ours_to_choose(
    private: None,
    names: dict[str, list[str]],
    certificate: tuple[ssl.SSLContext, ssl.SSLContext],
    post: Callable[..., httpx.Response],
) -> None:
    names |= {"receiver.example": ["127.0.0.1"], "other.example": ["127.0.0.1"]}
    server, trusting = certificate
    with receiving(tls=server) as receiver:
        right = f"https://receiver.example:{receiver.port}/"
        assert post(right, verify=trusting).status_code == 204
        with pytest.raises(httpx.ConnectError, match=r"[Cc]ertificate|CERTIFICATE"):
            post(f"https://other.example:{receiver.port}/", verify=trusting)
