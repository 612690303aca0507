"""Which paths are streams."""

from aioheroku.testing._http.context import RawRequest


def kind_of(request: RawRequest) -> str | None:
    """`logs`, `output`, `blob`, `attach`, `ssh`; None for the API itself."""
    if request.method == "ATTACH":
        return "attach"
    path = request.path.partition("?")[0]
    if path.startswith("/blobs/"):
        return "blob"
    if path.startswith("/attach/"):
        return "ssh"
    if path == "/stream" or (path.startswith("/streams/") and path.count("/") == 2):
        return "logs"
    return "output" if path.startswith("/streams/") else None
