"""TLS without I/O: encrypted bytes of the network in, plain bytes of the other end out."""

import ssl
from typing import Final

_PIECE: Final = 64 * 1024


class Tls:
    """The client's end of a connection, which verifies the server."""

    def __init__(self, context: ssl.SSLContext, host: str) -> None:
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._object = context.wrap_bio(self._in, self._out, server_hostname=host)
        self.is_ready = False
        """Whether the handshake is complete."""
        self.has_ended = False
        """Whether the other end has announced that it sends no more."""
        self.failure: ssl.SSLError | None = None
        """Why nothing more can be read: a certificate that is not trusted, or bytes that are not TLS."""

    def take(self, data: bytes, into: bytearray) -> None:
        """Decrypt bytes from the network into a buffer; the first call, without any, starts the handshake."""
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
        """These bytes encrypted, to be sent over the network."""
        self._object.write(data)
        return self.outgoing()

    def outgoing(self) -> bytes:
        """What has to be sent over the network now."""
        return self._out.read()
