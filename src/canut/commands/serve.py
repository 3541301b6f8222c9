"""``canut serve``: run the server of one instance until it is stopped.

Database and port are checked by one program, which then makes room for a small one that starts the
server and watches it: Django and its tables are of no use to it, and are a tenth of the memory of
an idle instance.
"""

import argparse
import os
import sys
from pathlib import Path

from canut.commands.instance_options import (
    DEFAULT_PORT,
    add_data,
    check_port,
    set_up,
    speaks_french,
    when_ready,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the listening address, and whether to run jobs too."""
    add_data(parser)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="port (default %(default)s)")
    parser.add_argument(
        "--with-jobs", action="store_true", help="run the background jobs beside the server"
    )
    parser.add_argument("--checked", action="store_true", help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Serve; refuse a database of another version, or a port in use."""
    url = f"http://{args.host}:{args.port}"
    if not args.checked:
        _check(args, url)
    from canut.web.platform.server import serve

    when_ready(url, f"Canut: {url}", browser=False, opens=url)
    serve(host=args.host, port=args.port, with_jobs=args.with_jobs, data=Path(args.data))
    return 0


def _check(args: argparse.Namespace, url: str) -> None:
    """Check database and port, then run this command again, without Django."""
    words = f"Canut démarre : {url}" if speaks_french() else f"Canut is starting: {url}"
    print(words, flush=True)
    data = set_up(args, url=url)
    from django.db import connections

    from canut.store.platform.instance import check_database

    check_database()
    check_port(args.host, args.port)
    connections.close_all()
    command = [sys.executable, "-m", "canut", "serve", "--checked", "--data", str(data)]
    command += ["--host", args.host, "--port", str(args.port)]
    command += ["--with-jobs"] if args.with_jobs else []
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, command)
