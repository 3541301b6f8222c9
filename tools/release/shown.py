"""Show the image at work: ``python -m tools.release.shown IMAGE``; the last line says what was not.

With podman where it runs, else by buildah in a changed root: migrate an empty folder, serve its
first page from read-only files as a user without rights, and take an instance of an earlier version
with a hundred thousand answers to this one and back, 0 lost. Where neither program is here, nothing
is shown and that is said; whatever is shown and does not hold ends with 1.
"""

import argparse
import lzma
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from tests.commands.running import free_port
from tests.upgrade.hundred_thousand import grow, tables_of
from tests.upgrade.made import SECRET_KEY
from tools.release.rootfs import ROOT

MOUNTS = {"data": "/var/lib/canut", "cache": "/var/cache/canut", "back": "/var/backups/canut"}
USER = 10001
FIRST_PAGE_SECONDS = 120
RUNC = ["podman", "--runtime", "runc", "--cgroup-manager", "cgroupfs"]


class Runner:
    """One way to run commands of the image, with folders of this machine as its volumes."""

    def __init__(self, name: str, image: str, folder: Path) -> None:
        self.name = name
        volumes = [w for m, at in MOUNTS.items() for w in ("-v", f"{folder / m}:{at}")]
        key = ["-e", f"CANUT_SECRET_KEY={SECRET_KEY}"]
        if name == "buildah":
            begin = [str(shutil.which("buildah")), "from", image]
            made = subprocess.run(begin, capture_output=True, text=True, check=False)
            run = ["buildah", "run", "--isolation", "chroot", "--user", str(USER), *volumes]
            self.words = [*run, *key, made.stdout.strip(), "--"]
        else:
            podman = RUNC if name == "podman with runc" else ["podman"]
            run = [*podman, "run", "--rm", "--read-only", "--network", "host", "--cap-drop", "all"]
            self.words = [*run, *volumes, *key, image]

    def canut(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        command = [*self.words, "canut", *words]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def serve(self, port: int) -> subprocess.Popen[bytes]:
        """Start the server."""
        words = [*self.words, "canut", "serve", "--host", "127.0.0.1", "--port", str(port)]
        return subprocess.Popen([*words, "--with-jobs"], stderr=subprocess.DEVNULL)


def empty(folder: Path) -> None:
    """Make the folders of the volumes, empty and of the image's user."""
    for name in MOUNTS:
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir()
        os.chown(folder / name, USER, USER)


def working(image: str, folder: Path) -> Runner | None:
    """Return the first way that says the image's version; None where there is none."""
    empty(folder)
    for name in ("podman", "podman with runc", "buildah"):
        if shutil.which(name.split()[0]):
            runner = Runner(name, image, folder)
            done = runner.canut("--version")
            if done.returncode == 0 and done.stdout.startswith("canut "):
                return runner
            print(f"{name} does not run it here: {done.stderr.strip()[-300:]}")
    return None


def must(done: subprocess.CompletedProcess[str]) -> None:
    """Stop where a command failed."""
    if done.returncode:
        raise SystemExit(f"{done.args[-3:]} failed:\n{done.stdout[-2000:]}{done.stderr[-3000:]}")


def show_first_page(runner: Runner) -> None:
    """Migrate an empty folder and read the first page."""
    must(runner.canut("migrate"))
    port = free_port()
    server = runner.serve(port)
    end, page = time.monotonic() + FIRST_PAGE_SECONDS, ""
    try:
        while not page and time.monotonic() < end and server.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
                    page = answer.read().decode()
            except OSError:
                time.sleep(0.2)
    finally:
        server.terminate()
        server.wait(60)
    if "Canut" not in page:
        raise SystemExit("the image served no first page")
    print("first page: shown")


def show_upgrade(runner: Runner, folder: Path) -> None:
    """Bring a hundred thousand answers of an earlier version here and back."""
    empty(folder)
    path = folder / "data/canut.sqlite3"
    dump = max((ROOT / "tests/upgrade").glob("*.sqlite3.xz"))
    path.write_bytes(lzma.decompress(dump.read_bytes()))
    grow(path)
    os.chown(path, USER, USER)
    before = tables_of(path)
    copy = f"{MOUNTS['back']}/copy.tar"
    must(runner.canut("migrate", "--backup", copy))
    if tables_of(path, before) != before:
        raise SystemExit("rows were lost or changed on the way here")
    must(runner.canut("restore", copy, "--data", f"{MOUNTS['back']}/old"))
    if tables_of(folder / "back/old/canut.sqlite3") != before:
        raise SystemExit("rows were lost or changed on the way back")
    print(f"upgrade and back: {before['store_answer'].rows} answers, 0 lost")


def main() -> int:
    """Show what this machine can, and say the rest."""
    parser = argparse.ArgumentParser(prog="tools.release.shown", description=__doc__)
    parser.add_argument("image")
    image = parser.parse_args().image
    with tempfile.TemporaryDirectory(prefix="canut-shown-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        runner = working(image, folder)
        if runner is None:
            print("Not shown: the image at work, as neither podman nor buildah runs here.")
            return 0
        show_first_page(runner)
        show_upgrade(runner, folder)
    left = "" if runner.name != "buildah" else " Not shown: podman; read-only files."
    print(f"The image was shown by {runner.name}.{left}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
