"""``canut capacity``: say what to rent for so many workers a month, and what it costs.

Needs no instance, no database and no Django: costs are measured ones, people are simulated.
"""

import argparse
import json
from dataclasses import asdict
from typing import Any, NamedTuple

from canut.commands.instance_options import speaks_french
from canut.core.errors import BadInput
from canut.core.outside_text import read_number, read_whole


class Figure(NamedTuple):
    """An option that takes a number: its flag, its field, and what it means."""

    flag: str
    field: str
    help: str


OF_CROWD = (
    Figure("--hours", "hours", "mean hours of work of a worker in the month (14.6)"),
    Figure("--unequal", "hours_sigma", "how unequal their hours are: sigma of a lognormal (1.5)"),
    Figure("--session-minutes", "session_minutes", "mean minutes of a session (40)"),
    Figure("--task-seconds", "task_seconds", "seconds of work on one task (30)"),
    Figure("--peak", "peak", "busiest moment of a day, over the day's mean (2)"),
    Figure("--weekend", "weekend", "activity of a Saturday or Sunday, over another day's (0.7)"),
    Figure("--notice", "notice", "share of the workers who begin after one message to all (0)"),
    Figure("--pages", "pages", "pages opened in a session (6)"),
    Figure("--sign-ins", "sign_ins", "share of the sessions that begin with a password (0.5)"),
)
OF_TERMS = (
    Figure("--server-cores", "server_cores", "cores of one rented machine (4)"),
    Figure("--p99-ms", "bar_ms", "99 of 100 answers within so many milliseconds (20)"),
    Figure("--overlap", "overlap", "answers wanted of each task (3)"),
    Figure("--months", "months", "months that answers stay in the database (12)"),
    Figure("--beat-days", "beat_days", "days that beats are kept (90)"),
    Figure("--copies", "copies", "backups kept on disks that you pay for (7)"),
    Figure("--media-gb", "media_gb", "GB of pictures and sounds (0)"),
    Figure("--core-month", "core_month", "price of a core a month, from your host's page"),
    Figure("--gb-month", "gb_month", "price of a GB of disk a month (0)"),
    Figure("--hourly-pay", "hourly_pay", "what an hour of work is paid"),
)
WHOLE = frozenset({"server_cores"})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the number of workers, the assumptions about them, and prices."""
    parser.add_argument(
        "--workers", required=True, metavar="N", help="people who work at least once in a month"
    )
    for figure in (*OF_CROWD, *OF_TERMS):
        parser.add_argument(figure.flag, dest=figure.field, metavar="NUMBER", help=figure.help)
    parser.add_argument(
        "--zones",
        metavar="HOURS:SHARE,…",
        help="where they live, such as --zones=-5:0.6,1:0.4: hours from UTC, shares of 1 in all",
    )
    parser.add_argument("--currency", default="", help="currency of the prices, in words")
    parser.add_argument(
        "--database", choices=["SQLite", "PostgreSQL"], help="else chosen by the load"
    )
    parser.add_argument(
        "--no-spare", action="store_true", help="plan no machine for the loss of another"
    )
    parser.add_argument("--seed", default="0", metavar="NUMBER", help="of the simulations")
    parser.add_argument("--json", action="store_true", help="write the whole plan for programs")


def run(args: argparse.Namespace) -> int:
    """Simulate, size and print."""
    from canut.core.operations.capacity.crowd import MOST_WORKERS, Crowd
    from canut.core.operations.capacity.plan import Terms, plan_capacity
    from canut.core.operations.capacity.report import lines

    most_seed = 2**32
    of_crowd = _figures(args, OF_CROWD)
    if args.zones:
        of_crowd["zones"] = _zones(args.zones)
    crowd = Crowd(workers=_whole("workers", args.workers, 1, MOST_WORKERS), **of_crowd)
    terms = Terms(
        database=args.database or "",
        has_spare=not args.no_spare,
        currency=args.currency,
        **_figures(args, OF_TERMS),
    )
    plan = plan_capacity(crowd, terms, _whole("seed", args.seed, 0, most_seed))
    if args.json:
        print(json.dumps(asdict(plan), ensure_ascii=False))
        return 0
    for line in lines(plan, "fr" if speaks_french() else "en"):
        print(line)
    return 0


def _figures(args: argparse.Namespace, figures: tuple[Figure, ...]) -> dict[str, Any]:
    """Read the numbers that were given; what was left out keeps its default."""
    read = dict[str, Any]()
    for figure in figures:
        text = getattr(args, figure.field)
        if text is None:
            continue
        number = read_number(text)
        if number is None or (figure.field in WHOLE and not number.is_integer()):
            raise BadInput(
                f"{figure.flag} is {text[:40]!r}; give a number such as 12"
                + ("" if figure.field in WHOLE else " or 0.5"),
                code="capacity-number",
                field=figure.field,
            )
        read[figure.field] = int(number) if figure.field in WHOLE else number
    return read


def _whole(name: str, text: str, least: int, most: int) -> int:
    number = read_whole(text, most, least=least)
    if number is None:
        raise BadInput(
            f"--{name} is {text[:40]!r}; give a whole number between {least:,} and {most:,},"
            " without separators",
            code="capacity-number",
            field=name,
        )
    return number


def _zones(text: str) -> dict[float, float]:
    """Read ``-5:0.6,1:0.4``."""
    most_hours = 14
    zones = dict[float, float]()
    for part in text.split(","):
        offset, _, share = part.partition(":")
        hours, portion = read_number(offset.strip(), most_hours), read_number(share.strip(), 1)
        if hours is None or portion is None:
            raise BadInput(
                f"--zones has {part[:40]!r}; give hours from UTC and a share, such as -5:0.6,1:0.4",
                code="capacity-number",
                field="zones",
            )
        zones[hours] = zones.get(hours, 0.0) + portion
    return zones
