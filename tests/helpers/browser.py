"""Chromium without a window, driven by its DevTools protocol."""

import asyncio
import base64
import json
import shutil
import subprocess
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.request import urlopen

from tornado.websocket import WebSocketClientConnection, websocket_connect

T = TypeVar("T")

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
OPTIONS = (
    "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--remote-debugging-port=0", "--mute-audio",
    "--no-first-run", "--hide-scrollbars", "--enable-unsafe-swiftshader", "--window-size=1280,800",
)  # fmt: skip
#: Seconds to wait for anything.
PATIENCE = 60


class Page:
    """A page that is open in the browser.

    Attributes
    ----------
    complaints
        What went wrong on the page: exceptions, and errors and warnings in the console.
    """

    def __init__(self, port: int) -> None:
        self.loop = asyncio.new_event_loop()
        with urlopen(f"http://127.0.0.1:{port}/json") as answer:
            (target,) = [item for item in json.load(answer) if item["type"] == "page"]
        self.connection: WebSocketClientConnection = self.wait(self.connect(target["webSocketDebuggerUrl"]))
        self.number, self.complaints = 0, list[str]()
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    async def connect(self, address: str) -> WebSocketClientConnection:
        return await websocket_connect(address, max_message_size=2**30)

    def wait(self, task: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(asyncio.wait_for(task, PATIENCE))

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the protocol, and return its result."""
        self.number += 1
        return self.wait(self.ask({"id": self.number, "method": method, "params": parameters}))

    async def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        await self.connection.write_message(json.dumps(request))
        while True:
            text = await self.connection.read_message()
            assert text is not None, "the browser has ended"
            message = json.loads(text)
            if message.get("id") == request["id"]:
                assert "error" not in message, message
                return message["result"]
            self.note(message)

    def note(self, message: dict[str, Any]) -> None:
        """Remember what went wrong."""
        # Without a graphics card, the driver complains that it is slow.
        if "GL Driver Message" in str(message):
            return
        method, details = message.get("method"), message.get("params", {})
        if method == "Runtime.exceptionThrown":
            self.complaints.append(str(details["exceptionDetails"].get("exception") or details["exceptionDetails"]))
        elif method == "Runtime.consoleAPICalled" and details["type"] in ("error", "warning", "assert"):
            self.complaints.append(" ".join(str(item.get("value")) for item in details["args"]))
        elif method == "Log.entryAdded" and details["entry"]["level"] in ("error", "warning"):
            self.complaints.append(details["entry"]["text"])

    def open(self, path: Path) -> None:
        self.call("Page.navigate", url=path.absolute().as_uri())

    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait_for(self, expression: str) -> Any:
        """Wait until an expression is true, and return its value."""
        end = time.monotonic() + PATIENCE
        while not (value := self.evaluate(expression)):
            assert time.monotonic() < end, (expression, self.complaints)
            time.sleep(0.1)
        return value

    def move(self, x: float, y: float) -> None:
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def click(self, x: float, y: float) -> None:
        self.move(x, y)
        for event in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=event, x=x, y=y, button="left", clickCount=1)

    def type(self, text: str) -> None:
        self.call("Input.insertText", text=text)

    def screenshot(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def close(self) -> None:
        self.connection.close()
        # Lets the connection end before its loop does.
        self.wait(asyncio.sleep(0.1))
        self.loop.close()


@contextmanager
def browser(folder: Path) -> Iterator[Page]:
    """Start Chromium with a profile in a folder; it ends with the block."""
    process = subprocess.Popen(
        [str(CHROMIUM), *OPTIONS, f"--user-data-dir={folder}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        active = folder / "DevToolsActivePort"
        end = time.monotonic() + PATIENCE
        while not (active.exists() and active.read_text().count("\n")):
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.1)
        page = Page(int(active.read_text().split()[0]))
        yield page
        page.close()
    finally:
        process.terminate()
        process.wait()
