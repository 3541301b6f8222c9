"""Make the image: ``python -m tools.release.image [--arch arm64]``, into ``dist/`` (OCI archive).

The wheel is that of ``make release``. ``rootfs`` makes the files, buildah the image; no command
runs inside it while it is made, so one machine makes both architectures. The same wheel, lock and
packages give the same layer: dates are those of the commit. The size is held to a bar.
"""

import argparse
import shutil
import tempfile
from pathlib import Path

from tools.release import rootfs

ROOT = rootfs.ROOT
MOST_MB = 400
"""Of the archive, layers compressed: what a machine fetches and a registry holds."""


def pack(folder: Path, archive: Path, epoch: int) -> None:
    """Write the files as one tar, in order, with one date and numbers for owners."""
    words = ["tar", "--sort=name", f"--mtime=@{epoch}", "--numeric-owner", "--format=posix"]
    words += ["--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime"]
    rootfs.run([*words, "--exclude=./dev/*", "-cf", archive, "-C", folder, "."])


def make(arch: str, wheel: Path, out: Path, *, keep: Path | None = None) -> Path:
    """Make the image of one architecture; return its archive.

    Args:
        arch: ``amd64`` or ``arm64``.
        wheel: the wheel of Canut.
        out: folder of the archive.
        keep: where to leave the files themselves, to run them without podman.

    Raises:
        SystemExit: a program is absent, a step failed, or the image is too large.
    """
    buildah = rootfs.program("buildah", "buildah")
    epoch = int(rootfs.run(["git", "-C", ROOT, "log", "-1", "--format=%ct"]))
    version = wheel.name.split("-")[1]
    name, archive = f"canut:{version}-{arch}", out / f"canut-{version}-image-{arch}.tar"
    with tempfile.TemporaryDirectory(prefix="canut-image-", dir=ROOT / "build") as context:
        folder = keep or Path(context) / "files"
        rootfs.make(folder, arch, wheel)
        pack(folder, Path(context) / "rootfs.tar", epoch)
        files_mb = (Path(context) / "rootfs.tar").stat().st_size / 1e6
        words = [buildah, "build", "--quiet", "--arch", arch, "--timestamp", epoch, "--no-cache"]
        words += ["--ignorefile", "/dev/null", "--file", ROOT / "deploy/Containerfile"]
        rootfs.run([*words, "--tag", name, context])
    archive.unlink(missing_ok=True)
    rootfs.run([buildah, "push", "--quiet", name, f"oci-archive:{archive}:{name}"])
    size_mb = archive.stat().st_size / 1e6
    print(f"{archive.name}: {size_mb:.0f} MB to fetch, {files_mb:.0f} MB unpacked; image {name}")
    if size_mb > MOST_MB:
        raise SystemExit(f"{archive.name} is {size_mb:.0f} MB; {MOST_MB} at most")
    return archive


def main() -> None:
    """Make the image that the words name."""
    parser = argparse.ArgumentParser(prog="tools.release.image", description=__doc__)
    parser.add_argument("--arch", choices=sorted(rootfs.TRIPLETS), default="amd64")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where wheel and image lie")
    parser.add_argument("--files", type=Path, help="leave the unpacked files here, too")
    words = parser.parse_args()
    wheels = sorted(words.out.glob("canut-*.whl"))
    if len(wheels) != 1:
        raise SystemExit(f"{words.out} has no wheel of Canut, or several: make release")
    if words.files:
        shutil.rmtree(words.files, ignore_errors=True)
    (ROOT / "build").mkdir(exist_ok=True)
    make(words.arch, wheels[0].resolve(), words.out.resolve(), keep=words.files)


if __name__ == "__main__":
    main()
