"""Options shared by all commands on an instance: data folder, address, database."""

import argparse
import locale
import os
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
import webbrowser
from http import HTTPStatus
from pathlib import Path

from canut.core.errors import NotReady
from canut.store.sqlite.writer_lock import own_priority

DEFAULT_PORT = 8000
BEHIND = 10  # steps of priority: a tenth of a busy processor, all of an idle one
HAND_ON_SECONDS = 0.000_5
OTHERS = 0o077


def add_data(parser: argparse.ArgumentParser) -> None:
    """Add ``--data DIR``."""
    parser.add_argument(
        "--data", metavar="DIR", help="data folder (else CANUT_DATA, else ./canut-data)"
    )


def add_address(parser: argparse.ArgumentParser) -> None:
    """Add ``--port`` and ``--no-browser``."""
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="port (default %(default)s)")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")


def keep_private() -> None:
    """Let nobody else read what this process and its children write, whatever the folder."""
    os.umask(OTHERS)


def set_up(
    args: argparse.Namespace, *, url: str | None = None, settings_module: str = "canut.settings"
) -> Path:
    """Point settings at the data folder and start Django; return the folder.

    Raises:
        NotReady: the folder cannot be written.
    """
    keep_private()
    if args.data:
        os.environ["CANUT_DATA"] = args.data
    if url:
        os.environ.setdefault("CANUT_URL", url)
    os.environ["DJANGO_SETTINGS_MODULE"] = settings_module
    import django

    django.setup()
    from canut.store.platform.instance import make_data_folder

    folder = make_data_folder()
    os.environ["CANUT_DATA"] = str(folder)
    if (folder / "locale").is_dir():
        from django.conf import settings

        from canut.web.kit.catalogs import compile_catalogs

        compile_catalogs(folder / "locale", settings.PACKAGE / "locale")
    return folder


def stand_back() -> None:
    """Lower the priority of long work, so that requests go first.

    The server has the processors before it, save while the writer lock of SQLite is held: then the
    server waits for what is done. And a thread of it that holds the writer lock of SQLite
    waits ten times less for the interpreter than it usually would while another one reckons.
    """
    own_priority.stand_back(BEHIND)
    sys.setswitchinterval(HAND_ON_SECONDS)


def migrate_if_new() -> None:
    """Migrate an unused database; refuse one of another version.

    Raises:
        NotReady: the database is older or newer than this program.
    """
    from django.core.management import call_command

    from canut.actions.decisions.automated_systems import note_versions
    from canut.actions.platform.system_clock import now_ms
    from canut.store.platform.instance import check_database, is_unused

    if is_unused():
        call_command("migrate", verbosity=0, interactive=False)
        note_versions(now_ms())
    check_database()


def check_port(host: str, port: int) -> None:
    """Refuse a port in use, before anything starts.

    Raises:
        NotReady: something listens there already, or there is no such port.
    """
    highest = 65_535
    if not 0 < port <= highest:
        raise NotReady(f"there is no port {port}; choose one from 1 to {highest}", code="no-port")
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as failure:
            raise NotReady(
                f"port {port} on {host} cannot be used ({failure.strerror}); "
                "choose another with --port",
                code="port-taken",
            ) from failure


def when_ready(url: str, say: str, *, browser: bool, opens: str) -> None:
    """Wait in a thread for ``/healthz``, then print ``say`` and open ``opens`` in the browser."""

    def wait() -> None:
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"{url}/healthz", timeout=2) as answer:  # noqa: S310 - our own loopback address
                    if answer.status == HTTPStatus.OK:
                        break
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        print(say, flush=True)
        if browser:
            webbrowser.open(opens)

    threading.Thread(target=wait, name="when-ready", daemon=True).start()


def speaks_french() -> bool:
    """Return whether the terminal's language is French."""
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG")
    return (spoken or locale.getlocale()[0] or "").lower().startswith("fr")
