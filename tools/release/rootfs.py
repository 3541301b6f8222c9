"""The files of the image: Debian's packages, Canut's wheel, and nothing else.

The packages are unpacked and none of their scripts is run, so a machine of one kind makes the files
of another. What a server never reads is
left out: Perl that came with the PostgreSQL client, manuals, headers, tests, symbols. Notices of
copyright stay. ``deploy/Containerfile`` makes an image of the folder.
"""

import compileall
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from py_compile import PycInvalidationMode

ROOT = Path(__file__).resolve().parents[2]
SUITE, PYTHON, POSTGRES = "trixie", "3.13", "17"
PACKAGES = (
    *("base-files", "netbase", "media-types", "tzdata", "ca-certificates", "libc-bin", "dash"),
    *("coreutils", "libstdc++6", "python3", f"postgresql-client-{POSTGRES}"),
)
TRIPLETS = {"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu"}
WHEELS = {"amd64": "x86_64-manylinux_2_36", "arm64": "aarch64-manylinux_2_36"}
NOT_READ = (
    *("usr/share/locale", "usr/share/man", "usr/share/info", "usr/share/perl", "usr/share/perl5"),
    *("usr/share/bash-completion", "usr/share/lintian", "usr/share/postgresql", "usr/share/i18n"),
    *(
        "usr/share/menu",
        "usr/share/pixmaps",
        "usr/share/applications",
        "usr/share/bug",
        "usr/include",
    ),
    *(
        "usr/lib/*/perl",
        "usr/lib/*/perl5",
        "usr/lib/*/perl-base",
        "usr/lib/*/gconv",
        "usr/bin/perl*",
    ),
    *("usr/lib/*/libperl.so*", "usr/lib/*/libdb-5.3.so*", "usr/lib/systemd", "usr/games", "boot"),
    *("usr/bin/*perl*", "var/lib/dpkg", "var/cache/*", "var/lib/apt", "usr/share/doc-base"),
    *(
        "usr/share/postgresql-common",
        "usr/lib/valgrind",
        "usr/share/polkit-1",
        "usr/share/readline",
    ),
    *("opt/canut/bin", "opt/canut/pyarrow/include", "opt/canut/pyarrow/src", "opt/canut/**/tests"),
    *("opt/canut/pyarrow/*flight*", "opt/canut/pyarrow/_substrait*", "opt/canut/pyarrow/*.pyx"),
    *("opt/canut/pyarrow/*.pxi", "opt/canut/pyarrow/includes", "opt/canut/numpy/_core/include"),
    *("opt/canut/pyarrow/*_s3*", "opt/canut/**/*.pyi", "opt/canut/**/__pycache__"),
)
USERS = (
    "root:x:0:0:root:/root:/usr/sbin/nologin\ncanut:x:10001:10001:Canut:/var/lib/canut:/bin/sh\n"
)
GROUPS = "root:x:0:\ncanut:x:10001:\n"
START = """#!/usr/bin/python3
import sys

from canut.__main__ import main

sys.exit(main())
"""


def make(folder: Path, arch: str, wheel: Path) -> None:
    """Fill an empty folder with the files of the image for one architecture.

    Raises:
        SystemExit: a program this needs is absent, or one of its steps failed.
    """
    strip = program(f"{TRIPLETS[arch]}-strip", "binutils-" + TRIPLETS[arch].replace("_", "-"))
    unpack = [program("mmdebstrap", "mmdebstrap"), "--quiet", "--variant=extract"]
    run([*unpack, f"--architectures={arch}", f"--include={','.join(PACKAGES)}", SUITE, folder])
    install(folder / "opt/canut", arch, wheel)
    leave_out(folder)
    for library in sorted((folder / "opt/canut").rglob("*.so*")):
        if (
            library.is_file()
            and not library.is_symlink()
            and not library.parent.name.endswith(".libs")
        ):
            run([strip, "--strip-unneeded", library])
    write_own(folder)
    if sys.version_info[:2] == tuple(map(int, PYTHON.split("."))):
        compile_all(folder)


def install(target: Path, arch: str, wheel: Path) -> None:
    """Install Canut with what a server needs, at the versions of the lock."""
    words = [ROOT / ".tools/bin/uv", "pip", "install", "--quiet", "--target", target]
    words += [
        "--python",
        sys.executable,
        "--python-version",
        PYTHON,
        "--python-platform",
        WHEELS[arch],
    ]
    words += ["--only-binary", ":all:", "--link-mode", "copy"]
    run([*words, "--constraints", ROOT / "requirements.lock", f"canut[server] @ {wheel.as_uri()}"])


def leave_out(folder: Path) -> None:
    """Delete what a server never reads; of the documentation keep notices of copyright."""
    for pattern in NOT_READ:
        for path in [*folder.glob(pattern)]:
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    for path in [*(folder / "usr/share/doc").rglob("*")]:
        if path.is_file() and path.name != "copyright":
            path.unlink()


def write_own(folder: Path) -> None:
    """Write what the packages' scripts would have: users, certificates; and the start of Canut."""
    (folder / "etc/passwd").write_text(USERS)
    (folder / "etc/group").write_text(GROUPS)
    authorities = sorted((folder / "usr/share/ca-certificates").rglob("*.crt"))
    bundle = folder / "etc/ssl/certs/ca-certificates.crt"
    bundle.parent.mkdir(parents=True, exist_ok=True)
    bundle.write_text("".join(path.read_text() for path in authorities))
    start = folder / "usr/bin/canut"
    start.write_text(START)
    start.chmod(0o755)
    for name in ("var/lib/canut", "var/cache/canut", "var/backups/canut"):
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name).chmod(0o700)
        if os.geteuid() == 0:
            os.chown(folder / name, 10001, 10001)
    for name in ("tmp", "var/tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name).chmod(0o1777)


def compile_all(folder: Path) -> None:
    """Compile Python ahead, as the image is read-only; by content, so that dates do not matter.

    One process a folder: what it writes does not depend on what runs beside it.
    """
    places = (folder / "opt/canut", folder / f"usr/lib/python{PYTHON}")
    with ProcessPoolExecutor(len(places), mp_context=get_context("spawn")) as both:
        list(both.map(_compile, places, (folder, folder)))


def _compile(place: Path, root: Path) -> None:
    compileall.compile_dir(
        place,
        quiet=2,
        stripdir=root,
        prependdir="/",
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
    )


def run(words: Sequence[object]) -> str:
    """Run one step and return what it printed; stop and show what it said if it fails."""
    done = subprocess.run(
        [str(word) for word in words], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{words[0]} failed:\n{done.stdout[-2000:]}{done.stderr[-3000:]}")
    return done.stdout


def program(name: str, package: str) -> str:
    """Find a program, or stop and say which package brings it."""
    found = shutil.which(name)
    if found is None:
        raise SystemExit(f"{name} is not here: apt-get install {package}")
    return found
