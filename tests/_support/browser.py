"""A headless Chromium, driven by its DevTools protocol: what a person sees and does, without a library for it."""

import asyncio
import base64
import itertools
import json
import shutil
import subprocess
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import aiohttp
import pytest

_OPTIONS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--disable-extensions", "--disable-background-networking", "--remote-debugging-port=0")  # fmt: skip

TEXT = "one => (one.innerText ?? one.textContent).trim()"  # what is drawn has no innerText
VISIBLE = """element => !!element.getClientRects().length && element.checkVisibility({ visibilityProperty: true })"""
CONTRAST = """() => {
  const channel = value => (value /= 255) <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const parse = text => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return [r, g, b, a]; };
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = element => {
    for (; element; element = element.parentElement) {
      const color = parse(getComputedStyle(element).backgroundColor);
      if (color[3] === 1) return color;
    }
    return [255, 255, 255, 1];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || ["SCRIPT", "STYLE", "OPTION"].includes(element.tagName)) continue;
    if (!element.checkVisibility({ visibilityProperty: true }) || element.closest(".spoken")) continue;
    const style = getComputedStyle(element);
    const svg = element instanceof SVGElement;
    const [one, other] = [light(parse(svg ? style.fill : style.color)), light(behind(element))];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    found.push([walker.currentNode.data.trim().slice(0, 40), Math.round(ratio * 100) / 100]);
  }
  return found;
}"""
"""Every visible text with the contrast of its colour to what is behind it, as WCAG computes it."""


@contextmanager
def chromium(profile: Path) -> Generator[str]:
    """A browser of the test's own; yields the address of its protocol."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("there is no chromium: install the package of that name to see the HTML report in a browser")
    command = [program, *_OPTIONS, f"--user-data-dir={profile}", "about:blank"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            assert process.stderr is not None
            said = ""
            for line in process.stderr:
                said += line
                if address := line.partition("DevTools listening on ")[2].strip():
                    Thread(target=process.stderr.read, daemon=True).start()  # or it would wait with a full pipe
                    yield address
                    break
            else:
                pytest.fail(f"chromium did not start: {said[-500:]}")
        finally:
            process.terminate()
            process.wait(20)


class Page:
    """A tab, with what it asked the network for and what it complained of."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._replies: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._events: dict[str, asyncio.Future[None]] = {}
        self.session: str | None = None
        self.requests: list[str] = []
        self.complaints: list[str] = []

    async def read(self) -> None:
        """Take what the browser sends, until it is closed."""
        async for message in self._socket:
            said = json.loads(message.data)
            if "id" in said:
                self._replies.pop(said["id"]).set_result(said)
            else:
                self._note(said["method"], said["params"])

    def _note(self, method: str, params: dict[str, Any]) -> None:
        if method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method in {"Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"}:
            self.complaints.append(json.dumps(params))
        elif method == "Page.javascriptDialogOpening":
            self.complaints.append(f"a dialog: {params}")
        if method in self._events:
            self._events.pop(method).set_result(None)

    async def send(self, method: str, **params: Any) -> Any:
        """Call a method of the protocol; returns its result."""
        number = next(self._numbers)
        reply = self._replies[number] = asyncio.get_running_loop().create_future()
        session = {"sessionId": self.session} if self.session else {}
        await self._socket.send_json({"id": number, "method": method, "params": params, **session})
        said = await asyncio.wait_for(reply, 60)
        assert "error" not in said, said
        return said["result"]

    async def open(self, url: str) -> None:
        """Load a page, until it is there."""
        loaded = self._events["Page.loadEventFired"] = asyncio.get_running_loop().create_future()
        await self.send("Page.navigate", url=url)
        await asyncio.wait_for(loaded, 60)

    async def run(self, function: str, *arguments: Any) -> Any:
        """The result of a JavaScript function of the page."""
        given = ", ".join(map(json.dumps, arguments))
        result = await self.send(
            "Runtime.evaluate", expression=f"({function})({given})", returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    async def texts(self, selector: str) -> list[str]:
        """What the elements of a selector show, of those that are to be seen."""
        found: list[str] = await self.run(
            f"selector => [...document.querySelectorAll(selector)].filter({VISIBLE}).map({TEXT})",
            selector,
        )
        return found

    async def text(self, selector: str) -> str:
        """What the only visible element of a selector shows."""
        (text,) = await self.texts(selector)
        return text

    async def click(self, selector: str) -> None:
        """Press and release the mouse on an element."""
        x, y = await self.run(
            """selector => { const element = document.querySelector(selector);
            element.scrollIntoView({ block: "center" });
            const box = element.getBoundingClientRect();
            return [box.left + Math.min(box.width / 2, 20), box.top + box.height / 2]; }""",
            selector,
        )
        for type in ("mousePressed", "mouseReleased"):
            await self.send("Input.dispatchMouseEvent", type=type, x=x, y=y, button="left", clickCount=1)

    async def press(self, key: str, code: int, text: str = "") -> None:
        """Press and release a key."""
        for type in ("keyDown", "keyUp"):
            given = {"text": text} if text and type == "keyDown" else {}
            await self.send("Input.dispatchKeyEvent", type=type, key=key, windowsVirtualKeyCode=code, **given)

    async def type(self, text: str) -> None:
        """Type a text into what has the focus."""
        for character in text:
            await self.press(character, ord(character.upper()), character)

    async def size(self, width: int, height: int = 900) -> None:
        """Make the window as large as a screen, or a phone's."""
        await self.send(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )

    async def media(self, scheme: str = "light", medium: str = "screen") -> None:
        """Prefer light or dark, or show the page as it is printed."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        await self.send("Emulation.setEmulatedMedia", media=medium, features=features)

    async def picture(self, file: Path) -> None:
        """Keep what is to be seen, the whole page."""
        taken = await self.send("Page.captureScreenshot", captureBeyondViewport=True)
        file.write_bytes(base64.b64decode(taken["data"]))  # noqa: ASYNC240 - a small file of a test


@asynccontextmanager
async def tab(address: str) -> AsyncGenerator[Page]:
    """The browser's tab, empty, in a window of the usual size; a new one for each test takes as long as the tests."""
    async with aiohttp.ClientSession() as session, session.ws_connect(address, max_msg_size=0) as socket:
        page = Page(socket)
        reader = asyncio.create_task(page.read())
        targets = (await page.send("Target.getTargets"))["targetInfos"]
        target = next(target["targetId"] for target in targets if target["type"] == "page")
        page.session = (await page.send("Target.attachToTarget", targetId=target, flatten=True))["sessionId"]
        await page.send("Page.enable")
        await page.open("about:blank")
        for domain in ("Runtime", "Network", "Log"):
            await page.send(f"{domain}.enable")
        await page.size(1400)
        await page.media()
        yield page
        await socket.close()
        await reader
