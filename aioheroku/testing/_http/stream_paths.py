"""Which paths are streams."""

from aioheroku.testing._http.context import RawRequest

_KINDS = {"/blobs/": "blob", "/attach/": "ssh", "/streams/": "output"}


def kind_of(request: RawRequest) -> str | None:
    """`logs`, `output`, `blob`, `ssh`, `dial` and `attach`, the two steps of a rendezvous; None for the API itself."""
    if request.method == "ATTACH":
        return "dial" if "Dial" in request.headers else "attach"
    path = request.path.partition("?")[0]
    kind = _KINDS.get(path[: path.find("/", 1) + 1])
    is_log = path == "/stream" or (kind == "output" and path.count("/") == 2)
    return "logs" if is_log else kind
