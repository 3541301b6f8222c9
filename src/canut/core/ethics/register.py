"""What the log says of opinions, holds, lifts and overrides, and the register counted from it.

Words stand in the log by their SHA-256 alone; the register holds the words themselves. A reader of
the log recounts how many opinions, holds, lifts and overrides there were, and the days held.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from canut.core.clock import DAY_MS, Ms, from_ms
from canut.core.proofs.canonical import canonical

OPINION, HOLD = "ethics.opinion", "ethics.hold"
LIFT, OVERRIDE = "ethics.lift", "ethics.override"
UNREVIEWED = "ethics.unreviewed"
KINDS = (OPINION, HOLD, LIFT, OVERRIDE, UNREVIEWED)


def words_sha256(*parts: str | Sequence[str]) -> str:
    """Return the hash of somebody's words: of the canonical JSON ``{"words": […]}``.

    Example:
        >>> words_sha256("a", ("b",))[:12]
        'bcc45de31d8f'
    """
    texts = [part if isinstance(part, str) else list(part) for part in parts]
    return hashlib.sha256(canonical({"words": texts})).hexdigest()


class RegisterLine(NamedTuple):
    """One hold as the register counts it.

    Args:
        opinion: number of the opinion that began it.
        begins_ms: when it began.
        ended_ms: when it ended; None while it stops the project.
        outcome: how it ended; empty while it stops the project.
    """

    opinion: int
    begins_ms: Ms
    ended_ms: Ms | None
    outcome: str


class YearFigures(NamedTuple):
    """Figures of one year, UTC, by when each thing happened.

    ``days_held`` are whole days begun, of holds that ended in that year.
    """

    year: int
    opinions: int
    holds: int
    lifted: int
    overridden: int
    unreviewed: int
    days_held: int


def days_held(line: RegisterLine, now_ms: Ms) -> int:
    """Return how many days a hold has lasted, each begun day counted."""
    ended_ms = now_ms if line.ended_ms is None else line.ended_ms
    return max(0, -(-(ended_ms - line.begins_ms) // DAY_MS))


def year_figures(
    opinions_ms: Iterable[Ms], holds: Iterable[RegisterLine], unreviewed_ms: Iterable[Ms]
) -> list[YearFigures]:
    """Count the register by year, newest first."""
    counts: dict[str, Counter[int]] = {
        name: Counter()
        for name in ("opinions", "holds", "lifted", "overridden", "unreviewed", "days_held")
    }
    counts["opinions"].update(_year(at_ms) for at_ms in opinions_ms)
    counts["unreviewed"].update(_year(at_ms) for at_ms in unreviewed_ms)
    for line in holds:
        counts["holds"][_year(line.begins_ms)] += 1
        if line.ended_ms is not None:
            year = _year(line.ended_ms)
            counts["overridden" if line.outcome == "overridden" else "lifted"][year] += 1
            counts["days_held"][year] += days_held(line, line.ended_ms)
    years = sorted({year for counter in counts.values() for year in counter}, reverse=True)
    return [
        YearFigures(year, **{name: counter[year] for name, counter in counts.items()})
        for year in years
    ]


def recount_entries(entries: Iterable[tuple[str, Mapping[str, object]]]) -> list[YearFigures]:
    """Count the register anew from the entries of the platform log.

    Args:
        entries: kind and facts of each entry, in the order of the log; others are passed over.
    """
    opinions_ms: list[Ms] = []
    unreviewed_ms: list[Ms] = []
    holds: dict[int, RegisterLine] = {}
    for kind, facts in entries:
        if kind not in KINDS:
            continue
        at_ms = _whole(facts["at"])
        if kind == OPINION:
            opinions_ms.append(at_ms)
        elif kind == UNREVIEWED:
            unreviewed_ms.append(at_ms)
        elif kind == HOLD and not facts.get("renewed"):
            number = _whole(facts["n"])
            holds[number] = RegisterLine(number, at_ms, None, "")
        elif kind in {LIFT, OVERRIDE}:
            number = _whole(facts["n"])
            holds[number] = holds[number]._replace(ended_ms=at_ms, outcome=str(facts["outcome"]))
    return year_figures(opinions_ms, holds.values(), unreviewed_ms)


def _year(at_ms: Ms) -> int:
    return from_ms(at_ms).year


def _whole(fact: object) -> int:
    if not isinstance(fact, int):
        raise TypeError(f"{fact!r} is no whole number")
    return fact
