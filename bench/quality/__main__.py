"""Measure the models on real crowds, beside Crowd-Kit: ``python -m bench.quality [SET …]``.

Accuracy, macro F1, calibration error and log-loss on tasks whose truth is known (it is shown to no
model), seconds and memory; then the speed of one pass of Dawid and Skene. ``--json FILE`` keeps it
all; ``tools/docs.py --write`` puts it into the page. ``--svg FILE`` draws adaptive stopping.
"""

import argparse
import datetime as dt
import json
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.quality import replay, speed
from bench.quality.fits import apart, fit_and_score, models_of, size_of
from bench.quality.sets import SETS, SHARED

LIBRARIES = ("numpy", "numba", "crowd-kit", "pandas")


def about(before: float) -> str:
    """Say on what machine, with which libraries, and how busy it was before and after."""
    now = dt.datetime.now(dt.UTC)
    first = f" Run at raised priority ({os.nice(0)}), as others worked." if os.nice(0) < 0 else ""
    return (
        f"{now:%Y-%m-%d}: {os.cpu_count()} cores ({processor()}), Python "
        f"{platform.python_version()}, {', '.join(map(_version, LIBRARIES))}. One-minute load "
        f"average before the run {before:.1f}, after it {os.getloadavg()[0]:.1f} (the run itself "
        f"makes 1 to 2).{first}"
    )


def processor() -> str:
    """Name the processor, where the machine tells."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.is_file() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _version(library: str) -> str:
    try:
        return f"{library} {version(library)}"
    except PackageNotFoundError:
        return f"no {library}"


def measure(name: str, limit: float) -> dict[str, Any]:
    """Fit every model to one set, each in a process of its own."""
    figures: dict[str, Any] = {}
    for model in models_of(name, size_of(SHARED / name)["labels"]):
        if model.startswith("Crowd-Kit") and not find_spec("crowdkit"):
            continue
        figures[model] = apart(fit_and_score, (SHARED / name, model), limit)
        fields = "  ".join(f"{key} {value}" for key, value in figures[model].items())
        print(f"{name:<12} {model:<27} {fields}", flush=True)
    return figures


def keep(file: Path, run: dict[str, Any]) -> None:
    """Write the figures, a line a model."""
    file.write_text(_by_line(run) + "\n")


def _by_line(value: Any, depth: int = 0) -> str:
    """Write what nests, the innermost on one line."""
    if not isinstance(value, dict) or not any(isinstance(v, dict) for v in value.values()):
        return json.dumps(value, ensure_ascii=False)
    pad = " " * (depth + 1)
    parts = [
        f"{pad}{json.dumps(key)}: {_by_line(inner, depth + 1)}" for key, inner in value.items()
    ]
    return "{\n" + ",\n".join(parts) + "\n" + " " * depth + "}"


def measure_sets(run: dict[str, Any], names: list[str], limit: float, file: Path | None) -> None:
    """Measure set after set; what is measured is kept at once."""
    before = os.getloadavg()[0]
    run |= {"about": "", "limit": limit, "sets": {}, "figures": {}}
    for name in names:
        if not (SHARED / name).is_dir():
            print(f"{name}: not on this machine (../shared/data/crowd, kept out of the repository)")
            continue
        run["sets"][name] = size_of(SHARED / name)
        run["figures"][name] = measure(name, limit)
        run["about"] = about(before)
        if file:
            keep(file, run)
    print("", run["about"], sep="\n")


def measure_speed(run: dict[str, Any], sizes: tuple[int, ...], file: Path | None) -> None:
    """Measure one pass of Dawid and Skene, from small to large."""
    before = os.getloadavg()[0]
    lines = speed.run(sizes)
    powers = {who: speed.exponent(lines, who) for who in ("ours", "theirs")}
    shapes = speed.run_shapes(sizes[-1])
    by_size = {str(line["answers"]): line for line in lines}
    by_shape = {f"{line['labels']} x {line['workers']}": line for line in shapes}
    run["speed"] = {"about": about(before), "powers": powers, "sizes": by_size, "shapes": by_shape}
    print("", *lines, powers, *shapes, run["speed"]["about"], sep="\n")
    if file:
        keep(file, run)


def main() -> None:
    """Measure, print, and keep when asked to."""
    parser = argparse.ArgumentParser(prog="bench.quality")
    parser.add_argument("sets", nargs="*", help="which sets; all eighteen when left out")
    parser.add_argument("--quick", action="store_true", help="stop fits at 3 s, leave 10⁷ out")
    parser.add_argument("--limit", type=float, default=60, help="seconds a fit may take")
    parser.add_argument("--only", choices=("sets", "speed", "curves"), help="one part alone")
    parser.add_argument("--json", type=Path, help="keep the figures in this file")
    parser.add_argument("--svg", type=Path, help="draw adaptive stopping in this file")
    options = parser.parse_args()
    if not find_spec("crowdkit"):
        print("Crowd-Kit is not installed: our models alone are measured")
    run = json.loads(options.json.read_text()) if options.json and options.json.is_file() else {}
    limit = 3.0 if options.quick else options.limit
    if options.only in {None, "sets"}:
        measure_sets(run, options.sets or list(SETS), limit, options.json)
    if options.only in {None, "speed"}:
        measure_speed(run, speed.SIZES[: 2 if options.quick else 3], options.json)
    if options.only in {None, "curves"} and options.svg and SHARED.is_dir():
        options.svg.write_text(replay.draw(replay.run(quick=options.quick)))


if __name__ == "__main__":
    main()
