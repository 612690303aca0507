"""Run a build and wait for its result."""

import asyncio

from aioheroku import BuildResult, Heroku


async def build_and_wait(heroku: Heroku, app: str, url: str, version: str, *, poll: float = 5.0) -> BuildResult:
    """Build the tarball at `url`; returns the result with its output, and raises TimeoutError after 15 minutes."""
    async with asyncio.timeout(15 * 60):
        build = await heroku.builds.create(app, source_blob={"url": url, "version": version})
        while build.status == "pending":
            await asyncio.sleep(poll)
            build = await heroku.builds.info(app, build.id)
    return await heroku.build_results.info(app, build.id)


async def main() -> None:
    async with Heroku.from_env() as heroku:
        url = "https://github.com/heroku/python-getting-started/archive/main.tar.gz"
        result = await build_and_wait(heroku, "my-app", url, "main")
        print("".join(line.line for line in result.lines))
        print(result.build.status)


if __name__ == "__main__":
    asyncio.run(main())
