"""Which paths are streams."""

from aioheroku.testing._http.context import RawRequest


def kind_of(request: RawRequest) -> str | None:
    """`logs`, `output`, `blob`, `ssh`, `dial` and `attach`, the two steps of a rendezvous; None for the API itself."""
    if request.method == "ATTACH":
        return "dial" if "Dial" in request.headers else "attach"
    path = request.path.partition("?")[0]
    if path.startswith("/blobs/"):
        return "blob"
    if path.startswith("/attach/"):
        return "ssh"
    if path == "/stream" or (path.startswith("/streams/") and path.count("/") == 2):
        return "logs"
    return "output" if path.startswith("/streams/") else None
