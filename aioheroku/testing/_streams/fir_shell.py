"""The address to attach to a Fir dyno: an HTTP connection upgraded to SSH, which is not implemented here."""

from aiohttp import web

_BANNER = b"SSH-2.0-aioheroku\r\n"


async def serve(request: web.BaseRequest, *, known: bool) -> web.StreamResponse:
    """101 and the first line of SSH, then the connection ends; 404 without a dyno, 426 without `Upgrade: tcp`."""
    if not known:
        return web.Response(status=404, text="Not found")
    if request.headers.get("Upgrade", "").lower() != "tcp" or "upgrade" not in request.headers["Connection"].lower():
        return web.Response(status=426, headers={"Connection": "Upgrade", "Upgrade": "tcp"})
    response = web.StreamResponse(status=101, headers={"Connection": "Upgrade", "Upgrade": "tcp"})
    await response.prepare(request)
    if request.transport is not None:
        request.transport.write(_BANNER)
        request.transport.close()
    return response
