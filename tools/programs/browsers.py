"""Let Firefox and WebKit check every test bundle with ``verify.html``.

``python -m tools.programs.browsers [firefox | webkit]``. The page lies on the disk, as a buyer
saved it. Each bundle of ``examples/bundles`` goes in as a zip with the policy, and the exit that
the page shows must be the one written down for it. The browsers are Debian's, driven by what they
bring: Firefox by Marionette, WebKit (the engine of Safari) by WebDriver on a screen nobody sees.
"""

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "src/canut/web/static/dist/verify.html"
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
PATIENCE_SECONDS = 120
EXIT = """
const verdict = document.querySelector("#verdict");
return verdict.hasAttribute("aria-busy") ? null : verdict.dataset.exit ?? null;
"""
WEBKIT = {
    "capabilities": {
        "alwaysMatch": {"webkitgtk:browserOptions": {"binary": "", "args": ["--automation"]}}
    }
}

type Json = Any
type Ask = Callable[[str, dict[str, Json]], Json]
"""Ask a browser for one of ``open``, ``find``, ``send`` and ``run``; returns what it answers."""


def main() -> int:
    """Return 0 when each browser shows the exit of each bundle."""
    with tempfile.TemporaryDirectory(prefix="canut-browsers-") as place:
        folder = Path(place)
        make = [sys.executable, "make_bundles.py", str(folder / "bundles")]
        subprocess.run(make, cwd=ROOT / "examples/bundles", check=True)
        expected = json.loads((folder / "bundles/expected.json").read_bytes())
        for bundle in expected:
            shutil.make_archive(str(folder / bundle), "zip", folder / "bundles" / bundle)
        bad = 0
        for browser in sys.argv[1:] or list(BROWSERS):
            with BROWSERS[browser](folder) as ask:
                exits = {bundle: _exit_of(ask, folder / f"{bundle}.zip") for bundle in expected}
            other = [name for name in expected if exits[name] != expected[name]["exit"]]
            print(f"{browser}: {len(expected) - len(other)} of {len(expected)} bundles as written")
            for name in other:
                print(f"  {name}: {exits[name]}, {expected[name]['exit']} expected")
            bad += bool(other)
    return 1 if bad else 0


def _exit_of(ask: Ask, archive: Path) -> int | None:
    """Give the page a policy and a zip; return the exit it shows, None where it shows none."""
    ask("open", {"url": PAGE.as_uri()})
    for place, file in (("#policy", ROOT / "examples/bundles/policy.txt"), ("#zip", archive)):
        found = ask("find", {"using": "css selector", "value": place})[ELEMENT]
        ask("send", {"id": found, "text": str(file)})
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        shown = ask("run", {"script": EXIT, "args": []})
        if shown is not None:
            return int(shown)
        time.sleep(0.05)
    return None


@contextlib.contextmanager
def _firefox(folder: Path) -> Iterator[Ask]:
    """Start Firefox without a window; speak Marionette: ``LENGTH:[0, number, command, words]``."""
    port = _free_port()
    profile = folder / "firefox"
    profile.mkdir()
    (profile / "user.js").write_text(f'user_pref("marionette.port", {port});\n')
    words = ["firefox-esr", "--headless", "--marionette", "--no-remote", "--profile", str(profile)]
    with _running(words) as browser:
        stream = _connected(browser, port)
        try:
            _marionette_reply(stream)  # it says what it is
            number = 0

            def ask(what: str, words: dict[str, Json]) -> Json:
                nonlocal number
                number += 1
                text = json.dumps([0, number, MARIONETTE[what], words]).encode()
                stream.sendall(b"%d:%b" % (len(text), text))
                _, _, error, answer = _marionette_reply(stream)
                if error:
                    raise SystemExit(f"Firefox: {error['message']}")
                return answer.get("value", answer)

            ask("begin", {"capabilities": {}})
            yield ask
        finally:
            stream.close()


MARIONETTE = {
    "begin": "WebDriver:NewSession",
    "open": "WebDriver:Navigate",
    "find": "WebDriver:FindElement",
    "send": "WebDriver:ElementSendKeys",
    "run": "WebDriver:ExecuteScript",
}


def _marionette_reply(stream: socket.socket) -> Json:
    length = b""
    while not length.endswith(b":"):
        length += _some(stream, 1)
    reply, wanted = b"", int(length[:-1])
    while len(reply) < wanted:
        reply += _some(stream, wanted - len(reply))
    return json.loads(reply)


def _some(stream: socket.socket, most: int) -> bytes:
    part = stream.recv(most)
    if not part:
        raise SystemExit("Firefox went away")
    return part


@contextlib.contextmanager
def _webkit(_folder: Path) -> Iterator[Ask]:
    """Start WebKit's browser on a screen that nobody sees; speak WebDriver."""
    port = _free_port()
    binary = next(Path("/usr/lib").glob("*/webkit2gtk-4*/MiniBrowser"))
    WEBKIT["capabilities"]["alwaysMatch"]["webkitgtk:browserOptions"]["binary"] = str(binary)
    words = ["xvfb-run", "-a", "WebKitWebDriver", f"--port={port}"]
    with _running(words) as driver:
        _connected(driver, port).close()
        session = _webdriver(port, "POST", "/session", WEBKIT)["sessionId"]
        places = {"open": "url", "find": "element", "run": "execute/sync"}

        def ask(what: str, words: dict[str, Json]) -> Json:
            place = places.get(what) or f"element/{words['id']}/value"
            return _webdriver(port, "POST", f"/session/{session}/{place}", words)

        try:
            yield ask
        finally:
            _webdriver(port, "DELETE", f"/session/{session}", None)


def _webdriver(port: int, method: str, path: str, words: Json) -> Json:
    """Ask WebKit's driver for one thing; stop where it refuses."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    try:
        connection.request(method, path, None if words is None else json.dumps(words))
        answer = json.loads(connection.getresponse().read())["value"]
    finally:
        connection.close()
    if isinstance(answer, dict) and "error" in answer:
        raise SystemExit(f"WebKit: {answer['error']}: {answer['message']}")
    return answer


@contextlib.contextmanager
def _running(words: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program until the context ends."""
    quiet = subprocess.DEVNULL
    program = subprocess.Popen(words, stdout=quiet, stderr=quiet, start_new_session=True)
    try:
        yield program
    finally:
        os.killpg(program.pid, signal.SIGTERM)  # with those that it started
        program.wait(30)


def _connected(program: subprocess.Popen[bytes], port: int) -> socket.socket:
    """Connect to a program as soon as it listens."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end and program.poll() is None:
        try:
            return socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS)
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise SystemExit(f"{program.args!r} did not listen on {port}")


def _free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


BROWSERS = {"firefox": _firefox, "webkit": _webkit}


if __name__ == "__main__":
    sys.exit(main())
