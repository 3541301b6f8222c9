"""The answer to "what do I rent?" in words, in English and French, for a terminal.

The words are in the catalogue: ``capacity.NAME``.
"""

from collections.abc import Iterator

from canut.core.messages import message
from canut.core.operations.capacity.plan import Plan

EXACT_BELOW = 10


def lines(plan: Plan, language: str) -> list[str]:
    """Return the answer, bad news where there is some, one fact a line."""
    return [
        message(language, f"capacity.{name}", **facts) for name, facts in _facts(plan, language)
    ]


def rounded(number: float) -> float | int:
    """Return a number as it is shown: two significant digits below 10, else none after the point.

    Example:
        >>> rounded(1234.5), rounded(3.14159), rounded(0.00123), rounded(0.0)
        (1234, 3.1, 0.0012, 0)
    """
    if number == 0:
        return 0
    if abs(number) >= EXACT_BELOW:
        return round(number)
    short = float(f"{number:.2g}")
    return int(short) if short.is_integer() else short


def _facts(plan: Plan, language: str) -> Iterator[tuple[str, dict[str, object]]]:
    crowd, sized, terms = plan.crowd, plan.sized, plan.terms
    hours = crowd.workers * crowd.hours
    yield "title", {"workers": crowd.workers}
    times: dict[str, object] = {
        "p99": rounded(sized.p99_ms),
        "low": rounded(sized.p99_low_ms),
        "high": rounded(sized.p99_high_ms),
        "bar": rounded(terms.bar_ms),
    }
    if not sized.is_met:
        yield "late", times
        if plan.costs.response_p99_ms > terms.bar_ms:
            yield "late_anyway", {"measured": rounded(plan.costs.response_p99_ms)}
        elif plan.costs.database == "SQLite":
            yield "late_by_pages", {}
    machines: dict[str, object] = {
        "cores": plan.cores,
        "database": plan.costs.database,
        "servers": plan.servers * plan.instances,
        "each": terms.server_cores,
    }
    yield ("one_machine" if plan.costs.database == "SQLite" else "machines"), machines
    if plan.instances > 1:
        ceiling = rounded(plan.costs.ceiling)
        yield "instances", {"instances": plan.instances, "ceiling": ceiling}
    if sized.at_work.database:
        yield "parts", {**sized.at_work._asdict(), "jobs": sized.jobs}
    has_spare = terms.has_spare and plan.costs.database != "SQLite"
    yield ("spare" if has_spare else "no_spare"), {}
    if sized.is_met:
        yield "in_time", times
    yield (
        "work",
        {
            "hours": rounded(hours),
            "answers": rounded(hours * 3_600 / crowd.task_seconds),
            "people": rounded(plan.mean_people),
        },
    )
    yield (
        "busiest",
        {
            "people": rounded(plan.minute.people),
            "pairs": rounded(plan.minute.pairs),
            "low": rounded(plan.quietest),
        },
    )
    yield from _disk_and_pay(plan)
    yield from _money(plan, language)
    yield "measured", {"measured": plan.costs.measured}
    yield "assumed", {}


def _disk_and_pay(plan: Plan) -> Iterator[tuple[str, dict[str, object]]]:
    disk = plan.disk
    yield (
        "disk",
        {
            "months": rounded(plan.terms.months),
            "gb": rounded(disk.gb),
            "answers": rounded(disk.answers),
            "beats": rounded(disk.beats),
            "copies": rounded(disk.backups),
            "media": rounded(disk.media),
        },
    )
    if plan.wal_gb:
        yield "wal", {"gb": rounded(plan.wal_gb)}
    yield "closing", {"hours": rounded(plan.closing_hours)}
    if plan.until is None:
        yield "until_far", {}
    else:
        yield "until", {"workers": plan.until}


def _money(plan: Plan, language: str) -> Iterator[tuple[str, dict[str, object]]]:
    money = plan.money

    def amount(number: float) -> str:
        name = "amount" if plan.terms.currency else "number"
        facts = {"number": rounded(number), "currency": plan.terms.currency}
        return message(language, f"capacity.{name}", **facts)

    if money.machines is None or money.cores is None or money.disk is None:
        yield "no_price", {}
    else:
        parts = {"machines": money.machines, "cores": money.cores, "disk": money.disk}
        yield "price", {name: amount(number) for name, number in parts.items()}
    if money.labour is not None:
        yield "labour", {"labour": amount(money.labour)}
    if money.share is not None:
        yield "share", {"share": rounded(100 * money.share)}
