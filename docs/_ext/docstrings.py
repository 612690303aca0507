"""Docstrings as Sphinx reads them: they are written for editors and `help()`, in plain text."""

import re
from typing import Any
from urllib.request import urlopen


def reachable(url: str) -> bool:
    """Whether a site's inventory can be read."""
    try:
        with urlopen(url, timeout=5) as response:  # noqa: S310 - the four https addresses of conf.py
            return bool(response.status == 200)
    except OSError:
        return False


def translated(lines: list[str]) -> list[str]:
    """The lines as reStructuredText: links without brackets, and indented examples as literal blocks."""
    found: list[str] = []
    for number, line in enumerate(lines):
        text = re.sub(r"See <(https://devcenter\.heroku\.com[^>]+)>", r"See `Heroku's reference <\1>`__", line)
        following = [one for one in lines[number + 1 :] if one.strip()]
        indent = len(text) - len(text.lstrip())
        opens = (
            text.strip()
            and number + 1 < len(lines)
            and not lines[number + 1].strip()
            and following
            and following[0].startswith(" " * (indent + 4))
            and not re.match(r"\s*(Args|Raises|Returns|Yields):$", text)
        )
        found.append(f"{text.removesuffix(':')}::" if opens and text.endswith(":") else text)
        if opens and not text.endswith(":"):
            found += ["", " " * indent + "::"]
    return found


def process(_app: Any, what: str, _name: str, _obj: Any, _options: Any, lines: list[str]) -> None:
    """What autodoc calls with each docstring."""
    lines[:] = translated(lines)
    if what in ("attribute", "property", "data"):
        lines[:0] = ["..", ""]  # an empty comment, or napoleon would take what stands before a colon for a type


def setup(app: Any) -> dict[str, bool]:
    """What Sphinx calls."""
    app.connect("autodoc-process-docstring", process, priority=100)  # before napoleon
    return {"parallel_read_safe": True, "parallel_write_safe": True}
