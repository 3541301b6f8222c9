"""Write and read the drawings of an edition: a permanent address shows the same bytes for ever.

A release has figures only. The drawings made of it, and the reference counts beside them, would
change with the program; so they are stored once, in both languages, and served as they were.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

from canut.core.errors import BadProof
from canut.core.json_depth import load_json
from canut.core.portrait.charts.frame import BARE, PortraitChart
from canut.core.portrait.charts.picture import EditionIdentity, picture
from canut.core.portrait.language import PortraitLanguage
from canut.core.proofs.canonical import canonical

TYPE = "canut.portrait-drawing/1"


class StoredCell(NamedTuple):
    """A formatted figure of a chart's table; bare if nobody knows it or it may not be told."""

    text: str
    is_bare: bool


@dataclass(frozen=True, slots=True)
class StoredChart:
    """A chart as it was drawn.

    Args:
        heads: the columns' names, and whether their figures stand at the right.
        rows: the formatted table.
        picture: the whole chart as one SVG document.
        wide: the drawing alone, for a page; ``narrow``: for a phone.
        csv: the figures that are drawn.
    """

    key: str
    title: str
    about: str
    source: str
    is_simulated: bool
    heads: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[StoredCell]]
    wide: str
    narrow: str
    picture: str
    csv: str

    def facts(self) -> dict[str, object]:
        """Return the chart for programs: texts and formatted figures, without drawings."""
        return {
            "key": self.key,
            "title": self.title,
            "about": self.about,
            "source": self.source,
            "simulated": self.is_simulated,
            "columns": [name for name, _is_right in self.heads],
            "rows": [[None if cell.is_bare else cell.text for cell in row] for row in self.rows],
        }


class Drawing(NamedTuple):
    """All charts of an edition in one language, by key, in order."""

    language: str
    charts: Mapping[str, StoredChart]


def write_drawing(
    charts: Iterable[PortraitChart], language: str, identity: EditionIdentity | None
) -> bytes:
    """Write the charts of an edition as one document.

    Args:
        charts: in one language.
        language: ``fr`` or ``en``.
        identity: of the edition; None before the first release.
    """
    return canonical(
        {
            "type": TYPE,
            "language": language,
            "edition": identity.id if identity else "",
            "release": identity.sha256 if identity else "",
            "charts": [_written(chart, identity) for chart in charts],
        }
    )


def read_drawing(content: bytes) -> Drawing:
    """Read a stored document.

    Raises:
        BadProof: it cannot be read, or is no drawing.
    """
    try:
        document = load_json(content)
        fields = cast("Mapping[str, object]", document)
        if fields["type"] != TYPE:
            raise BadProof(f"this is {fields['type']!r}; expected {TYPE}")
        charts = [_read(item) for item in cast("list[Mapping[str, object]]", fields["charts"])]
        return Drawing(str(fields["language"]), {chart.key: chart for chart in charts})
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        raise BadProof(f"the drawing cannot be read: {problem}") from problem


def _written(chart: PortraitChart, identity: EditionIdentity | None) -> dict[str, object]:
    voice = PortraitLanguage(chart.language)
    texts = chart.table.shown(voice)
    return {
        "key": chart.key,
        "title": chart.title,
        "about": chart.about,
        "source": chart.source,
        "simulated": chart.is_simulated,
        "heads": [[voice.say(c.label), c.kind != "text"] for c in chart.table.columns],
        "rows": [
            [[text, value in BARE] for text, value in zip(line, row, strict=True)]
            for line, row in zip(texts, chart.table.rows, strict=True)
        ],
        "wide": chart.wide,
        "narrow": chart.narrow,
        "picture": picture(chart, identity),
        "csv": chart.table.csv(chart.language),
    }


def _read(fields: Mapping[str, object]) -> StoredChart:
    rows = cast("list[list[tuple[str, bool]]]", fields["rows"])
    heads = cast("list[tuple[str, bool]]", fields["heads"])
    return StoredChart(
        key=str(fields["key"]),
        title=str(fields["title"]),
        about=str(fields["about"]),
        source=str(fields["source"]),
        is_simulated=bool(fields["simulated"]),
        heads=[(str(name), bool(is_right)) for name, is_right in heads],
        rows=[[StoredCell(str(text), bool(is_bare)) for text, is_bare in row] for row in rows],
        wide=str(fields["wide"]),
        narrow=str(fields["narrow"]),
        picture=str(fields["picture"]),
        csv=str(fields["csv"]),
    )
