"""Servers of bare bytes, with and without TLS, and a proxy."""

import asyncio
import contextlib
import datetime as dt
import ipaddress
import re
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from yarl import URL


class Wire:
    """A server of bare bytes: each request gets the next ones, or what a function makes of its head; `None` closes."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.tls = tls
        self.answers: list[bytes | Callable[[str], bytes] | None] = []
        self.before: Callable[[str], Awaitable[None]] | None = None
        """Is awaited before a response is written."""
        self.heads: list[str] = []
        self.writers: list[asyncio.StreamWriter] = []
        self.server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.tls)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.server is not None:
            self.server.close()
        for writer in self.writers:
            writer.transport.abort()
        await asyncio.sleep(0)

    @property
    def url(self) -> str:
        assert self.server is not None
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                self.heads.append(head)
                if found := re.search(r"(?i)content-length: (\d+)", head):
                    await reader.readexactly(int(found[1]))
                if self.before is not None:
                    await self.before(head)
                answer = self.answers.pop(0) if self.answers else None
                if answer is None:
                    break
                if callable(answer):
                    answer = answer(head)
                writer.write(answer)
                _, _, body = answer.partition(b"\r\n\r\n")
                if not (length := re.search(rb"Content-Length: (\d+)", answer)) or len(body) < int(length[1]):
                    break
        writer.close()


class Tls:
    """A certificate for this machine that nobody else trusts, as both ends use it."""

    def __init__(self, folder: Path) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
        now = dt.datetime.now(dt.UTC)
        day = dt.timedelta(days=1)
        hosts = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - day, now + day)
        signed = made.add_extension(x509.SubjectAlternativeName(hosts), critical=False).sign(key, hashes.SHA256())
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self.file = file = folder / "both.pem"
        file.write_bytes(private + signed.public_bytes(Encoding.PEM))
        self.server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.server.load_cert_chain(file)
        self.client = ssl.create_default_context(cafile=str(file))


OPEN = b"HTTP/1.1 200 OK\r\n\r\n"


class Tunnel:
    """A proxy: it connects to wherever it is told, or answers CONNECT as the test says."""

    def __init__(self) -> None:
        self.heads: list[str] = []
        self.answer: bytes | None = OPEN
        """What CONNECT is answered with: `OPEN` alone opens the tunnel, and `None` resets the connection."""
        self.tasks: set[asyncio.Task[None]] = set()
        self.writers: list[asyncio.StreamWriter] = []
        self.port = 0

    async def __aenter__(self) -> Self:
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self.server.close()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for writer in self.writers:
            writer.transport.abort()
        await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            self.heads.append(head.decode())
            if head.startswith(b"CONNECT"):
                if self.answer is None:
                    writer.transport.abort()
                    return
                writer.write(self.answer)
                if self.answer != OPEN:
                    writer.close()
                    return
                host, port = head.split()[1].decode().rsplit(":", 1)
            else:
                target = URL(head.split()[1].decode())
                host, port = str(target.host), str(target.port)
            there, to = await asyncio.open_connection(host, int(port))
            self.writers.append(to)
            if not head.startswith(b"CONNECT"):
                to.write(head)
            for source, sink in ((reader, to), (there, writer)):
                task = asyncio.create_task(self._pipe(source, sink))
                self.tasks.add(task)

    async def _pipe(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65536):
                sink.write(data)
        sink.close()
