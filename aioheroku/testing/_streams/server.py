"""All streams and transfers of a running platform."""

from collections.abc import Callable
from pathlib import Path

from aiohttp import web
from attrs import define, field

from aioheroku.testing._http.context import RawRequest
from aioheroku.testing._http.stream_paths import kind_of
from aioheroku.testing._state.state import State
from aioheroku.testing._state.stream_store import Address
from aioheroku.testing._streams import blobs, fir_shell, log_lines, written
from aioheroku.testing._streams.authority import Authority, make
from aioheroku.testing._streams.hub import Hub
from aioheroku.testing._streams.one_off import RendezvousServer
from aioheroku.testing.faults import Fault


@define(eq=False)
class StreamServer:
    """Serves what a presigned address of the platform gives, and the clients of attached dynos."""

    state: State
    match: Callable[[RawRequest], tuple[Fault, ...]]
    local_commands: bool
    _hub: Hub = field(init=False)
    _authority: Authority | None = None
    _rendezvous: RendezvousServer | None = None

    def __attrs_post_init__(self) -> None:
        self._hub = Hub(self.state)

    @property
    def authority(self) -> Path | None:
        """The file of the certificate authority, PEM; None before the start, and without `cryptography`."""
        return self._authority.file if self._authority is not None else None

    async def start(self, host: str) -> None:
        """Begin, in the running event loop."""
        self._hub.start()
        self._authority = make()
        if self._authority is not None:
            self._rendezvous = RendezvousServer(self._hub, self._authority, self.match, local=self.local_commands)
            self.state.streams.port = await self._rendezvous.start(host)

    async def close(self) -> None:
        """End all of it."""
        self.state.streams.port = None
        if self._rendezvous is not None:
            await self._rendezvous.close()
            self._rendezvous = None
        await self._hub.close()
        self.state.streams.close()
        if self._authority is not None:
            self._authority.close()
            self._authority = None

    async def respond(self, request: web.BaseRequest, raw: RawRequest, faults: tuple[Fault, ...]) -> web.StreamResponse:
        """The response to a request of a stream or a blob."""
        self.state.scheduler.run(self.state.now())
        address, kind = self.state.streams.addresses.get(raw.path), kind_of(raw)
        if kind == "blob":
            return await self._blob(request, address, faults)
        if kind == "ssh":
            known = address is not None and any(address.id in app.parts.dynos for app in self.state.apps.values())
            return await fir_shell.serve(request, known=known)
        if address is None or self.state.now() >= address.expires:
            return _unknown(raw, kind == "logs")
        if request.method not in {"GET", "HEAD"}:
            return web.Response(status=405)
        serve = log_lines.serve if kind == "logs" else written.serve
        return await serve(self._hub, request, address, faults)

    async def _blob(
        self, request: web.BaseRequest, address: Address | None, faults: tuple[Fault, ...]
    ) -> web.StreamResponse:
        if address is None:
            refused = blobs.refusal(403, "SignatureDoesNotMatch", "The signature does not match.")
            refused.force_close()
            return refused
        return await blobs.serve(self._hub, request, address, faults)


def _unknown(raw: RawRequest, is_log: bool) -> web.Response:
    """The response for an unknown or expired address."""
    if is_log and raw.path.startswith("/stream?") and "channel_id=" not in raw.path:
        return web.Response(status=400, text="'channel_id' missing")
    return web.Response(status=404 if is_log else 403, text="Not found")
