"""Write a release as a data package (datapackage.org): tables, types, sizes, hashes.

Every number of the Portrait's pages and prose is a cell of ``cells.csv``. A table that was changed
by hand no longer has the size and hash in ``datapackage.json``.
"""

import csv
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from typing import NamedTuple

from canut.core.clock import from_ms
from canut.core.errors import BadInput
from canut.core.formula_cells import safe_cell
from canut.core.portrait.cells import Cell, CellMeasure, CellState, Where
from canut.core.portrait.facts import FigureConfidence, ReferenceFacts
from canut.core.portrait.measured import CountFrame, MethodGrade, ReleaseFigure, Target, Unit
from canut.core.portrait.occupations import (
    PLACE,
    Family,
    Match,
    Occupation,
    OccupationRow,
    cells_of,
)
from canut.core.portrait.privacy import SECOND_FORMAT, Release
from canut.core.portrait.terms import VisibilityAudit

SCHEMA = "https://datapackage.org/profiles/2.0/datapackage.json"
DESCRIPTOR = "datapackage.json"
CITATION = "CITATION.cff"
LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0",
}
UNITS = {
    CellMeasure.PEOPLE: "people",
    CellMeasure.HOURS: "hours",
    CellMeasure.PAY_BY_PERSON: "{currency}/hour",
    CellMeasure.PAY_BY_HOUR: "{currency}/hour",
    CellMeasure.COVERED: "ratio",
    CellMeasure.TRAINING: "hours",
}
FRAMES = tuple(frame.value for frame in CountFrame)
GRADES = tuple(grade.value for grade in MethodGrade)
TARGETS = tuple(target.value for target in Target if target.value)


class PackageField(NamedTuple):
    """A column: its type, its description, and its allowed values."""

    name: str
    type: str
    description: str
    words: tuple[str, ...] = ()
    is_required: bool = False


class Resource(NamedTuple):
    """A table of the package; ``key`` names the columns of its primary key."""

    name: str
    title: str
    fields: tuple[PackageField, ...]
    key: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


def package(
    release: Release,
    rows: Sequence[OccupationRow],
    facts: ReferenceFacts,
    terms: VisibilityAudit,
    citation: str = "",
) -> dict[str, bytes]:
    """Write every file of a release's data package, by name.

    Args:
        release: what this instance measured, from ``privacy.published``.
        rows: the table of occupations, with the cells of the release in it.
        facts: the reference facts.
        terms: the audit of visibility.
        citation: how to cite the edition, as a Citation File Format text; empty for none.

    Raises:
        BadInput: the cells of the table are not those of the release.

    Source:
        Data Package standard, version 2.0, https://datapackage.org/
    """
    cells = _all_cells(release, rows)
    resources = (
        _occupations(item.occupation for item in rows),
        _cells(cells, release.currency),
        _figures(release.figures, release.currency),
        _facts(facts),
        _terms(terms),
    )
    files = {f"{item.name}.csv": _csv(item) for item in resources}
    spoken = _spoken_files(release)
    descriptor = {
        "$schema": SCHEMA,
        "name": f"canut-portrait-{release.period.lower()}-{release.edition}",
        "id": f"sha256:{release.sha256}",
        "title": f"Portrait of digital work, {PLACE}, {release.span}",
        "description": (
            "Click work in the same table as the other digital occupations. People are told as "
            "bands, small cells are kept back; simulated hands are never people."
        ),
        "version": f"{release.edition}.0.0",
        "created": f"{release.on.isoformat()}T00:00:00Z",
        "licenses": [LICENCE],
        "sources": _sources(facts, terms),
        "resources": [
            *(_described(item, files[f"{item.name}.csv"]) for item in resources),
            *(_described_file(name, content) for name, content in spoken.items()),
        ],
    }
    text = json.dumps(descriptor, ensure_ascii=False, indent=1)
    cited = {CITATION: citation.encode()} if citation else {}
    return {**spoken, DESCRIPTOR: f"{text}\n".encode(), **files, **cited}


def _spoken_files(release: Release) -> dict[str, bytes]:
    """Write what representatives said, word for word, to read and for programs.

    The text comes first in the package, above the figures. None for a release older than them.
    """
    if release.format <= SECOND_FORMAT:
        return {}
    lines = ["Déclaration des représentantes et représentants / Statement of representatives", ""]
    for spoken in release.statements:
        signed = from_ms(spoken.signed_ms).strftime("%Y-%m-%dT%H:%M:%SZ")
        for text in (spoken.text_fr, spoken.text_en):
            lines += [text, ""] if text else []
        lines += [f"{signed}, election {spoken.election}, sha256:{spoken.sha256}", ""]
    if not release.statements:
        lines += ["Aucune déclaration. / No statement.", ""]
    entries = [spoken.document_entry() for spoken in release.statements]
    return {
        "statements.txt": "\n".join(lines).encode(),
        "statements.json": f"{json.dumps(entries, ensure_ascii=False, indent=1)}\n".encode(),
    }


def _described_file(name: str, content: bytes) -> Mapping[str, object]:
    """Describe a file that is no table."""
    stem, _, form = name.partition(".")
    return {
        "name": f"{stem}-{form}",
        "title": "What the workers’ representatives say of this release, word for word",
        "path": name,
        "format": form,
        "mediatype": {"txt": "text/plain", "json": "application/json"}[form],
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }


def _all_cells(release: Release, rows: Iterable[OccupationRow]) -> tuple[Cell, ...]:
    """List the cells of the table, then those of all rows together."""
    table_cells = cells_of(rows)
    here = {cell for cell in table_cells if cell.where is Where.HERE}
    of_rows = {cell for cell in release.cells if cell.row != "ALL"}
    if here != of_rows:
        odd = sorted(cell.key for cell in here ^ of_rows)
        raise BadInput(f"table and release differ in {', '.join(odd)}; build one from the other")
    return (*table_cells, *(cell for cell in release.cells if cell.row == "ALL"))


def _occupations(occupations: Iterable[Occupation]) -> Resource:
    matches = tuple(occupation.value for occupation in Match)
    families = tuple(occupation.value for occupation in Family)
    fields = [
        PackageField("id", "string", "occupation", is_required=True),
        PackageField("family", "string", "where it comes from", families, is_required=True),
        PackageField("label_en", "string", "in English", is_required=True),
        PackageField("label_fr", "string", "in French", is_required=True),
        PackageField("ai_role", "string", "what click work is to a model"),
        PackageField("labour_kind", "string", "kind of digital labour"),
    ]
    for scheme, title in (("noc", "NOC 2021"), ("esco", "ESCO v1.1.1"), ("onet", "O*NET-SOC")):
        fields.append(PackageField(f"{scheme}_code", "string", f"nearest code of {title}"))
        fields.append(
            PackageField(f"{scheme}_match", "string", "how near it is", matches, is_required=True)
        )
    return Resource(
        "occupations",
        "Every occupation of the table",
        tuple(fields),
        ("id",),
        [
            (
                occupation.key,
                occupation.family.value,
                occupation.label.en,
                occupation.label.fr,
                occupation.ai_role,
                occupation.labour_kind,
                *(
                    text
                    for code in occupation.codes.values()
                    for text in (code.code, code.match.value)
                ),
            )
            for occupation in occupations
        ],
    )


def _cells(cells: Iterable[Cell], currency: str) -> Resource:
    fields = (
        PackageField("cell", "string", "row.measure.where", is_required=True),
        PackageField("ref_area", "string", "place, ISO 3166-2", is_required=True),
        PackageField("occupation", "string", "occupation, or ALL", is_required=True),
        PackageField(
            "measure", "string", "column", tuple(m.value for m in CellMeasure), is_required=True
        ),
        PackageField(
            "where", "string", "who counted", tuple(w.value for w in Where), is_required=True
        ),
        PackageField(
            "state", "string", "how sure", tuple(s.value for s in CellState), is_required=True
        ),
        PackageField("value", "number", "the figure; empty where there is none to tell"),
        PackageField("low", "number", "lower end of interval or band"),
        PackageField("high", "number", "upper end of interval or band"),
        PackageField("unit", "string", "of value and ends", is_required=True),
        PackageField("fact", "string", "the reference figure it is"),
        PackageField("simulated", "boolean", "made by the demo’s crowd", is_required=True),
    )
    rows = [
        (
            cell.key,
            PLACE,
            cell.row,
            cell.measure.value,
            cell.where.value,
            cell.state.value,
            *(
                "" if number is None else str(number)
                for number in (cell.value, cell.low, cell.high)
            ),
            UNITS[cell.measure].format(currency=currency),
            cell.fact,
            str(cell.is_simulated).lower(),
        )
        for cell in cells
    ]
    return Resource("cells", "Every figure of the table", fields, ("cell",), rows)


def _figures(figures: Iterable[ReleaseFigure], currency: str) -> Resource:
    fields = (
        PackageField("figure", "string", "its name", is_required=True),
        PackageField("ref_area", "string", "place, ISO 3166-2", is_required=True),
        PackageField(
            "state", "string", "how sure", tuple(s.value for s in CellState), is_required=True
        ),
        PackageField("value", "number", "the figure; empty where there is none to tell"),
        PackageField("low", "number", "lower end of interval or band"),
        PackageField("high", "number", "upper end of interval or band"),
        PackageField("unit", "string", "of value and ends", is_required=True),
        PackageField("label", "string", "what the name does not say, such as a model’s version"),
        PackageField("client", "string", "country of the clients, if it is of some alone"),
        PackageField("status", "string", "towards who pays, if it is of some people alone"),
        PackageField("frame", "string", "what was counted, all of it", FRAMES),
        PackageField("grade", "string", "how sure the method is: B, C or D", GRADES),
        PackageField("target", "string", "the group that its interval is for", TARGETS),
        PackageField(
            "n_effective",
            "integer",
            "effective number of people behind it, rounded down to a step; empty without interval",
        ),
        PackageField("as_of", "date", "day until which a figure of all time is added up"),
        PackageField("simulated", "boolean", "made by the demo’s crowd", is_required=True),
    )
    rows = [
        (
            figure.name,
            figure.of.place_of_work or PLACE,
            figure.state.value,
            *("" if end is None else str(end) for end in (figure.value, figure.low, figure.high)),
            _unit(figure, figure.of.currency or currency),
            figure.label,
            figure.of.place_of_client,
            figure.of.status,
            figure.of.frame,
            figure.of.grade,
            figure.of.target.value,
            str(figure.of.n_effective or ""),
            figure.of.as_of,
            str(figure.is_simulated).lower(),
        )
        for figure in figures
    ]
    return Resource("figures", "Every figure beside the table", fields, ("figure",), rows)


def _unit(figure: ReleaseFigure, currency: str) -> str:
    money = {Unit.PAY: f"{currency}/hour", Unit.MONEY: currency}
    return money.get(figure.unit, figure.unit.value)


def _facts(facts: ReferenceFacts) -> Resource:
    words = tuple(confidence.value for confidence in FigureConfidence)
    fields = (
        PackageField("fact", "string", "its number", is_required=True),
        PackageField("label_en", "string", "what was counted", is_required=True),
        PackageField("label_fr", "string", "ce qui a été compté", is_required=True),
        PackageField("ref_area", "string", "ISO 3166-2, EU or WORLD", is_required=True),
        PackageField("period", "string", "as the source says it", is_required=True),
        PackageField("value", "number", "empty where nobody knows"),
        PackageField("unit", "string", "of the value", is_required=True),
        PackageField("confidence", "string", "how sure", words, is_required=True),
        PackageField("contested_by_en", "string", "who says otherwise"),
        PackageField("contested_by_fr", "string", "qui dit autre chose"),
        PackageField("source", "string", "where it was read"),
        PackageField("url", "string", "its address"),
        PackageField("read", "date", "when it was read"),
    )
    rows: list[tuple[str, ...]] = []
    for figure in facts.figures():
        fact, source = figure.fact, figure.fact.source
        rows.append(
            (
                figure.reference,
                fact.label.en,
                fact.label.fr,
                fact.place,
                fact.period,
                "" if figure.value is None else str(figure.value),
                fact.unit,
                figure.confidence.value,
                fact.contested_by.en,
                fact.contested_by.fr,
                source.title if source else "",
                source.url if source else "",
                source.read.isoformat() if source else "",
            )
        )
    return Resource("facts", "What others counted", fields, ("fact",), rows)


def _terms(terms: VisibilityAudit) -> Resource:
    fields = (
        PackageField("term", "string", "looked for", is_required=True),
        PackageField("label_en", "string", "in English", is_required=True),
        PackageField("label_fr", "string", "in French", is_required=True),
        PackageField("classification", "string", "where", is_required=True),
        PackageField("hits", "integer", "entries that hold it; empty where nobody counted"),
        PackageField("looked_in", "string", "how far it was read", is_required=True),
    )
    rows = [
        (
            term.key,
            term.label.en,
            term.label.fr,
            key,
            "" if (hits := term.hits[key]) is None else str(hits),
            classification.looked_in.value,
        )
        for term in terms.terms
        for key, classification in terms.classifications.items()
    ]
    title = "Which classifications name the work"
    return Resource("terms", title, fields, ("term", "classification"), rows)


def _sources(facts: ReferenceFacts, terms: VisibilityAudit) -> list[dict[str, str]]:
    """List the sources of the package, each once."""
    by_key = {
        fact.source.key: {"title": fact.source.title, "path": fact.source.url}
        for fact in facts.by_key.values()
        if fact.source
    }
    sources = [{name: text for name, text in source.items() if text} for source in by_key.values()]
    return [*sources, *({"title": notice} for notice in terms.notices())]


def _csv(resource: Resource) -> bytes:
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([field.name for field in resource.fields])
    for row in resource.rows:
        writer.writerow([safe_cell(cell) for cell in row])
    return out.getvalue().encode()


def _described(resource: Resource, content: bytes) -> Mapping[str, object]:
    return {
        "name": resource.name,
        "title": resource.title,
        "path": f"{resource.name}.csv",
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": {
            "fields": [_field(column) for column in resource.fields],
            "primaryKey": list(resource.key),
            "missingValues": [""],
        },
    }


def _field(field: PackageField) -> dict[str, object]:
    rules: dict[str, object] = {}
    if field.is_required:
        rules["required"] = True
    if field.words:
        rules["enum"] = list(field.words)
    description: dict[str, object] = {
        "name": field.name,
        "type": field.type,
        "description": field.description,
    }
    return description | {"constraints": rules} if rules else description
