"""``canut serve``: run the server of one instance until it is stopped."""

import argparse

from canut.commands.instance_options import DEFAULT_PORT, add_data, check_port, set_up, when_ready


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the listening address, and whether to run jobs too."""
    add_data(parser)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="port (default %(default)s)")
    parser.add_argument(
        "--with-jobs", action="store_true", help="run the background jobs beside the server"
    )


def run(args: argparse.Namespace) -> int:
    """Serve; refuse a database of another version, or a port in use."""
    url = f"http://{args.host}:{args.port}"
    data = set_up(args, url=url)
    from canut.store.platform.instance import check_database
    from canut.web.platform.server import serve

    check_database()
    check_port(args.host, args.port)
    when_ready(url, f"Canut: {url}", browser=False, opens=url)
    serve(host=args.host, port=args.port, with_jobs=args.with_jobs, data=data)
    return 0
