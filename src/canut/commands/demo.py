"""``canut demo``: the whole platform with real sample data and a simulated crowd."""

import argparse
import sys
import time

from canut.commands.instance import (
    add_address,
    add_data,
    check_port,
    migrate_if_new,
    set_up,
    speaks_french,
    when_ready,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the address, the data folder and ``--prepare-only``."""
    add_data(parser)
    add_address(parser)
    parser.add_argument(
        "--prepare-only", action="store_true", help="make the data and end, serve nothing"
    )


def run(args: argparse.Namespace) -> int:
    """Make the sample data the first time, then serve on loopback until Ctrl-C."""
    url = f"http://127.0.0.1:{args.port}"
    data = set_up(args, url=url)
    if not args.prepare_only:
        check_port("127.0.0.1", args.port)
    migrate_if_new()
    from django.utils import timezone

    from canut.demo.project import prepare_demo
    from canut.web.serve import serve

    begun = time.perf_counter()
    made = prepare_demo(timezone.now(), progress=_progress if sys.stderr.isatty() else None)
    if made:
        _say(f"The sample data is ready ({time.perf_counter() - begun:.1f} s), in {data}")
    if args.prepare_only:
        return 0
    say = (
        f"Canut : {url}  (Ctrl-C pour arrêter)"
        if speaks_french()
        else f"Canut: {url}  (Ctrl-C to stop)"
    )
    when_ready(url, say, browser=not args.no_browser, opens=url)
    serve(host="127.0.0.1", port=args.port, with_jobs=True, data=data)
    return 0


def _progress(done: int, total: int) -> None:
    sys.stderr.write(f"\rsample data: {done} of {total} answers")
    if done >= total:
        sys.stderr.write("\n")
    sys.stderr.flush()


def _say(text: str) -> None:
    print(text, flush=True)
