"""The command: fetch or read the schema, and print the differences."""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from yarl import URL

from aioheroku._client.session import Heroku
from aioheroku.drift import compare, declared, described
from aioheroku.drift._known import unknown
from aioheroku.errors import HerokuError


async def _fetched(url: URL | None) -> Any:
    if url is None:
        async with Heroku() as heroku:
            return await heroku.schema()
    async with Heroku(base_url=url.origin()) as heroku:
        return (await heroku.request("GET", url)).json()


def _read(source: str | None) -> Any:
    if source is None or source.startswith(("http://", "https://")):
        return asyncio.run(_fetched(URL(source) if source else None))
    return json.loads(Path(source).read_bytes())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m aioheroku.drift",
        description="Compare the API's JSON hyper-schema with what this library declares.",
    )
    parser.add_argument("source", nargs="?", metavar="FILE|URL", help="the schema; by default that of GET /schema")
    parser.add_argument("--all", action="store_true", help="print the known differences too")
    given = parser.parse_args(arguments)
    source: str | None = given.source
    try:
        theirs = described(_read(source))
    except (OSError, ValueError, HerokuError) as error:
        sys.stderr.write(f"{source or 'GET /schema'}: {error}\n")
        return 2
    found = compare(declared(), theirs)
    lines = list(found if given.all else unknown(found))
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
