"""Start a PostgreSQL server of our own, on a socket, and name databases for child processes."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from django.db import connection

from canut.settings import postgres_of

PROGRAMS = ("initdb", "postgres", "pg_isready")
START_SECONDS = 30.0


def programs() -> Path | None:
    """Return the newest folder that holds all the programs; a lone link on the PATH misleads."""
    folders = [*Path("/usr/lib/postgresql").glob("*/bin")]
    folders.sort(key=lambda folder: [int(n) for n in folder.parent.name.split(".") if n.isdigit()])
    on_path = shutil.which("postgres")
    if on_path:
        folders.insert(0, Path(on_path).resolve().parent)
    for folder in reversed(folders):
        if all((folder / program).is_file() for program in PROGRAMS):
            return folder
    return None


def someone() -> dict[str, Any]:
    """Return as whom to run: the server refuses root."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    name = "postgres" if "postgres" in names else "nobody"
    entry = pwd.getpwnam(name)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


@dataclass
class Postgres:
    """A server as our own child; nothing is left of it."""

    folder: Path
    command: list[str]
    run_as: dict[str, Any]
    process: subprocess.Popen[bytes]

    @classmethod
    def start(cls, *, durable: bool = False) -> Self | None:
        """Start a server, or return None where PostgreSQL is not installed.

        Without ``durable`` a power cut may lose everything, which tests do not mind.
        """
        found = programs()
        if found is None:
            return None
        folder = Path(tempfile.mkdtemp(prefix="canut-pg-"))
        run_as = someone()
        if run_as:
            os.chown(folder, run_as["user"], run_as["group"])
        data = folder / "data"
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        init = [str(found / "initdb"), "-D", str(data), "-U", "canut", "-A", "trust", "-E", "UTF8"]
        subprocess.run(
            [*init, "--no-sync", "--locale=C"], check=True, cwd=folder, **quiet, **run_as
        )
        options = {"listen_addresses": ""}
        if not durable:
            options |= {"fsync": "off", "full_page_writes": "off"}
        command = [str(found / "postgres"), "-D", str(data), "-k", str(folder)]
        command += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        process = subprocess.Popen(command, cwd=folder, **quiet, **run_as)
        server = cls(folder, command, run_as, process)
        server.wait()
        return server

    def wait(self) -> None:
        """Wait until it answers."""
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        ready = [str(Path(self.command[0]).with_name("pg_isready")), "-h", str(self.folder)]
        give_up = time.monotonic() + START_SECONDS
        while subprocess.run(ready, check=False, **quiet).returncode:
            if time.monotonic() > give_up or self.process.poll() is not None:
                self.stop()
                raise RuntimeError(f"PostgreSQL did not start within {START_SECONDS:.0f} s")
            time.sleep(0.05)

    def crash(self, away_seconds: float) -> None:
        """End at once, as a machine that loses power would, stay away, and come back."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(timeout=30)
        time.sleep(away_seconds)
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(self.command, cwd=self.folder, **quiet, **self.run_as)
        self.wait()

    def stop(self) -> None:
        """End the server at once and remove its folder."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=30)
        shutil.rmtree(self.folder, ignore_errors=True)

    def settings(self) -> dict[str, Any]:
        """Return the settings by which Django reaches it: those of the product."""
        return postgres_of(f"postgresql://canut@/postgres?host={self.folder}")


def environment() -> dict[str, str]:
    """Return the environment in which a child process uses the database of this test."""
    settings = connection.settings_dict
    name = str(settings["NAME"])
    kept = {**os.environ, "DJANGO_SETTINGS_MODULE": "canut.settings"}
    kept.pop("DATABASE_URL", None)
    if connection.vendor == "postgresql":
        host = settings["HOST"]
        return {**kept, "DATABASE_URL": f"postgresql://canut@/{name}?host={host}"}
    return {**kept, "CANUT_DATA": str(Path(name).parent)}
