"""A real headless Chromium, driven over its DevTools protocol; no driver program is needed."""

from __future__ import annotations

import asyncio
import base64
import itertools
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import aiohttp

from tests.servers import missing

_CONTRASTS = """
((texts) => {
  const light = (rgb) => {
    const [r, g, b] = rgb.match(/[\\d.]+/g).map(Number).map((c) => c / 255)
      .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const under = (e) => {
    const c = getComputedStyle(e).backgroundColor;
    return c === 'rgba(0, 0, 0, 0)' ? under(e.parentElement) : c;
  };
  return [...document.querySelectorAll(texts)]
    .filter((e) => e.textContent.trim())
    .map((e) => {
      const [a, b] = [light(getComputedStyle(e).color), light(under(e))].sort((x, y) => y - x);
      return [e.textContent.trim(), (a + 0.05) / (b + 0.05)];
    });
})
"""


class Page:
    """One page of the browser."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self.problems: list[str] = []

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """A DevTools command's result. Console errors and refusals met meanwhile are kept."""
        number = next(self._ids)
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        while True:
            message = await self._socket.receive_json(timeout=60)
            if message.get("method") in {"Runtime.exceptionThrown", "Log.entryAdded"}:
                self.problems.append(str(message["params"]))
            if message.get("id") == number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                result: dict[str, Any] = message["result"]
                return result

    async def run(self, script: str) -> Any:
        """The value of a JavaScript expression."""
        result = await self.call("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(str(result["exceptionDetails"]))
        return result["result"].get("value")

    async def until(self, script: str, timeout_s: float = 90.0) -> None:
        """Return once an expression is true; TimeoutError else."""
        async with asyncio.timeout(timeout_s):
            while not await self.run(f"Boolean({script})"):  # an element cannot be sent
                await asyncio.sleep(0.1)

    async def press(self, key: str, code: int) -> None:
        """Press and release a key on the keyboard."""
        text = "\r" if key == "Enter" else ""
        for kind in ("keyDown", "keyUp"):
            await self.call(
                "Input.dispatchKeyEvent", type=kind, key=key, code=key, text=text,
                windowsVirtualKeyCode=code,
            )  # fmt: skip

    async def prefer(self, scheme: str) -> None:
        """Let the user prefer a `light` or `dark` colour scheme, and no movement."""
        features = [
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]
        await self.call("Emulation.setEmulatedMedia", features=features)

    async def contrasts(self, selector: str) -> list[tuple[str, float]]:
        """Text and contrast with its ground, from 1 to 21, of each element that has text."""
        found: list[tuple[str, float]] = await self.run(f"{_CONTRASTS}('{selector}')")
        return found

    async def screenshot(self, path: Path) -> None:
        """A PNG of what is seen."""
        shot = await self.call("Page.captureScreenshot", format="png")
        path.write_bytes(base64.b64decode(shot["data"]))


@contextmanager
def chromium() -> Iterator[int]:
    """A browser without a page, and its DevTools port; calls `missing` if none is installed."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        missing("chromium is not installed")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [path, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--hide-scrollbars", "--no-first-run", "--remote-debugging-port=0",
             f"--user-data-dir={profile}", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            yield _port(Path(profile) / "DevToolsActivePort", process)
        finally:
            process.kill()
            process.wait(timeout=30)


@asynccontextmanager
async def opened(port: int, url: str, width: int = 1200, height: int = 900) -> AsyncIterator[Page]:
    """A page of its own at `url`, loaded, in the browser with this DevTools port."""
    devtools = f"http://127.0.0.1:{port}/json"
    async with aiohttp.ClientSession() as session:
        async with session.put(f"{devtools}/new?about:blank") as response:
            target = await response.json(content_type=None)
        async with session.ws_connect(
            target["webSocketDebuggerUrl"], max_msg_size=64 << 20
        ) as socket:
            page = Page(socket)
            for domain in ("Page", "Runtime", "Log"):
                await page.call(f"{domain}.enable")
            await page.call(
                "Emulation.setDeviceMetricsOverride",
                width=width, height=height, deviceScaleFactor=1, mobile=False,
            )  # fmt: skip
            await page.call("Page.navigate", url=url)
            await page.until("document.readyState === 'complete'")
            yield page
        async with session.get(f"{devtools}/close/{target['id']}"):
            pass


def _port(file: Path, process: subprocess.Popen[bytes]) -> int:
    deadline = time.monotonic() + 90
    while process.poll() is None and time.monotonic() < deadline:
        if file.exists() and (lines := file.read_text("utf-8").split()):
            return int(lines[0])
        time.sleep(0.05)
    raise RuntimeError(f"chromium does not answer, or ended with {process.returncode}")
