"""``canut demo``: the whole platform with real sample data and a simulated crowd."""

import argparse
import os
import sys
import time
from pathlib import Path
from typing import NamedTuple

from canut.actions.platform import system_clock
from canut.commands.instance_options import (
    add_address,
    add_data,
    check_port,
    migrate_if_new,
    set_up,
    speaks_french,
    when_ready,
)

SUPPORT = "Lou, 514 555-0142 (démonstration)"
"""Whom the demo's workers turn to when work weighs on them: a number that nobody has."""


class DemoTexts(NamedTuple):
    """Messages of the command."""

    progress: str
    ready: str
    stopped: str
    serving: str


FRENCH = DemoTexts(
    "données d’exemple : {done} réponses sur {total}",
    "Les données d’exemple sont prêtes ({seconds:.1f} s), dans {data}",
    "Arrêté. La même commande reprend où elle en était.",
    "Canut : {url}  (Ctrl-C pour arrêter)",
)
ENGLISH = DemoTexts(
    "sample data: {done} of {total} answers",
    "The sample data is ready ({seconds:.1f} s), in {data}",
    "Stopped. The same command goes on where it was.",
    "Canut: {url}  (Ctrl-C to stop)",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the address, the data folder and ``--prepare-only``."""
    add_data(parser)
    add_address(parser)
    parser.add_argument(
        "--prepare-only", action="store_true", help="make all the data and end, serve nothing"
    )


def run(args: argparse.Namespace) -> int:
    """Create the sample data on the first run, then serve on loopback until Ctrl-C."""
    url = f"http://127.0.0.1:{args.port}"
    os.environ.setdefault("CANUT_SUPPORT", SUPPORT)
    data = set_up(args, url=url, settings_module="canut.demo.settings")
    if not args.prepare_only:
        check_port("127.0.0.1", args.port)
    words = FRENCH if speaks_french() else ENGLISH
    try:
        _prepare(data, words, whole=args.prepare_only)
    except KeyboardInterrupt:
        _say(words.stopped)
        return 0
    if args.prepare_only:
        return 0
    from canut.web.platform.server import serve

    when_ready(url, words.serving.format(url=url), browser=not args.no_browser, opens=url)
    serve(host="127.0.0.1", port=args.port, with_jobs=True, data=data)
    return 0


def _prepare(data: Path, words: DemoTexts, *, whole: bool) -> None:
    """Create missing sample data and report it; the paid month now, or as a job."""
    migrate_if_new()
    from canut.demo.jobs import make_remaining, schedule_demo_month
    from canut.demo.status import READY, demo_flag

    if demo_flag(READY) and not whole:
        schedule_demo_month()
        return

    from canut.demo.project import prepare_demo

    def progress(done: int, total: int) -> None:
        end = "\n" if done >= total else ""
        sys.stderr.write(f"\r{words.progress.format(done=done, total=total)}{end}")
        sys.stderr.flush()

    started, now_ms = time.perf_counter(), system_clock.now_ms()
    changed = prepare_demo(now_ms, progress=progress if sys.stderr.isatty() else None)
    if whole:
        changed = make_remaining(has_jobs=False) or changed
    else:
        schedule_demo_month()
    if changed:
        _say(words.ready.format(seconds=time.perf_counter() - started, data=data))


def _say(text: str) -> None:
    print(text, flush=True)
