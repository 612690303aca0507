"""What `aioheroku limits` shows."""

from aioheroku import Heroku, Pool
from aioheroku.cli._limits import MOST_USED, lines
from aioheroku.testing import Platform


async def test_limits_shows_use_by_label_and_route(platform: Platform) -> None:
    """The pool in words: what is left, what it costs to wait, who used how many tokens, and what others take."""
    pool = Pool(50_000)
    async with Heroku(platform.token, base_url=platform.url, pool=pool) as heroku:
        apps = await heroku.using(label="nightly").apps.list().all()
        for app in apps[:3]:
            await heroku.using(label="web").apps.info(app.id)
        told = (await heroku.rate_limits.info()).remaining
        text = "\n".join(lines(heroku, told))
    assert f"tokens left    {told:,}" in text
    assert "others         0 tokens an hour (estimated)" in text
    assert "requests       0 waiting, 0 in flight, next in 0.0 s" in text
    assert "used           4 tokens by this process" in text
    assert text.index("  label        3 web") < text.index("  label        1 nightly")
    assert text.index("  route        3 GET /apps/{app}") < text.index("  route        1 GET /apps")


async def test_it_shows_those_that_used_the_most(platform: Platform) -> None:
    """Hundreds of labels do not fill the screen."""
    async with Heroku(platform.token, base_url=platform.url, pool=Pool(50_000)) as heroku:
        for number in range(MOST_USED + 3):
            await heroku.using(label=f"job {number}").account.info()
        assert sum("label" in line for line in lines(heroku, 1)) == MOST_USED
