"""TLS as a part without I/O: bytes of the network in, bytes of the other end out."""

import ssl
from typing import Final

_PIECE: Final = 64 * 1024


class Tls:
    """One end of a connection: that of a client, which verifies the other one."""

    def __init__(self, context: ssl.SSLContext, host: str) -> None:
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._object = context.wrap_bio(self._in, self._out, server_hostname=host)
        self.is_ready = False
        """Whether the handshake is done."""
        self.has_ended = False
        """Whether the other end has said that nothing more comes."""
        self.failure: ssl.SSLError | None = None
        """Why nothing more can be read: a certificate that is not trusted, or bytes that are not TLS."""

    def take(self, data: bytes, into: bytearray) -> None:
        """Add what bytes of the network mean; without any it begins the handshake."""
        if self.failure is not None or self.has_ended:
            return
        self._in.write(data)
        try:
            if not self.is_ready:
                self._object.do_handshake()
                self.is_ready = True
            while piece := self._object.read(_PIECE):
                into += piece
            self.has_ended = True
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLZeroReturnError:
            self.has_ended = True
        except ssl.SSLError as error:
            self.failure = error

    def sealed(self, data: bytes) -> bytes:
        """What is sent over the network for these bytes."""
        self._object.write(data)
        return self.outgoing()

    def outgoing(self) -> bytes:
        """What is to be sent over the network now."""
        return self._out.read()
