"""The table of minimum wages in the docs: cog puts it into ``docs/en/labour/pay.md``."""

from canut.core.labour.floor import LEGAL, LIVING
from canut.core.labour.parameters import Confidence, Parameter, Place
from canut.core.labour.reading import shipped_places


def minimums() -> str:
    """Table the last minimum of every place, how sure it is, and until when it may be used."""
    head = ("Place", "Minimum", "Since", "Confidence", "Review by", "Refused from")
    rows = [
        row
        for _code, place in sorted(shipped_places().by_code.items())
        for name in (LEGAL, LIVING)
        if name in place.parameters and (row := _row(place, place.parameters[name]))
    ]
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def _row(place: Place, parameter: Parameter) -> tuple[str, ...]:
    """Show one parameter; a living wage only where it is known."""
    last = parameter.entries[-1]
    if last.value is None and parameter.name == LIVING:
        return ()
    kind = " (living)" if parameter.name == LIVING else ""
    value = "unknown" if last.value is None else f"{last.value} {parameter.unit}"
    sure = "**to verify**" if last.confidence is Confidence.TO_VERIFY else last.confidence.value
    if last.note:
        sure += f": {last.note}"
    since = "" if last.value is None else str(last.since)
    return (
        f"`{place.code}`{kind}",
        value,
        since,
        sure,
        str(parameter.review_by),
        str(parameter.hard_stop),
    )
