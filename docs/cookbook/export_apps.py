"""Export all apps as JSON lines, and resume after an interruption."""

import asyncio
import json
from pathlib import Path

from aioheroku import Heroku, Range, unstructure


async def export_apps(heroku: Heroku, file: Path, cursor_file: Path) -> None:
    """Append each page of apps to `file`, and store the cursor of the next page in `cursor_file`."""
    start = Range.parse(cursor_file.read_text()) if cursor_file.exists() else Range()
    pages = heroku.apps.list(range=start)
    async for page in pages.pages():
        with file.open("a") as out:
            out.writelines(f"{json.dumps(unstructure(app))}\n" for app in page)
        pages.done()
        if pages.cursor is not None:
            cursor_file.write_text(pages.cursor)
    cursor_file.unlink(missing_ok=True)


async def main() -> None:
    async with Heroku.from_env() as heroku:
        await export_apps(heroku, Path("apps.jsonl"), Path("apps.cursor"))


if __name__ == "__main__":
    asyncio.run(main())
