"""Use one session in all requests of a FastAPI app; needs `pip install fastapi`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Request

from aioheroku import Heroku
from aioheroku.errors import NotFound, RateLimitExceeded


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Open the session when the app starts, and close it when the app ends."""
    async with Heroku.from_env() as heroku:
        app.state.heroku = heroku.using(priority="interactive", max_wait=2, timeout=10)
        yield


def session(request: Request) -> Heroku:
    """The dependency: the session of the app."""
    heroku: Heroku = request.app.state.heroku
    return heroku


app = FastAPI(lifespan=lifespan)


@app.get("/apps/{name}")
async def show(name: str, heroku: Annotated[Heroku, Depends(session)]) -> dict[str, str | None]:
    """The stack and the newest version of an app."""
    try:
        found = await heroku.apps.info(name)
    except NotFound:
        raise HTTPException(404, f"There is no app {name}.") from None
    except RateLimitExceeded as error:
        raise HTTPException(
            503, "Heroku's rate limit is used up.", {"Retry-After": f"{error.seconds or 60:.0f}"}
        ) from None
    return {"name": found.name, "stack": found.stack.name}
