"""The Portrait's tables in the docs: cog puts them into ``portrait/facts.md`` of both languages."""

from pathlib import Path

from canut.core.portrait.charts.frame import standalone
from canut.core.portrait.charts.rings import three_rings
from canut.core.portrait.facts import FigureConfidence, Text
from canut.core.portrait.language import (
    CONFIDENCE,
    NOT_COUNTED,
    PLACES,
    UNDATED,
    UNITS,
    UNKNOWN,
    PortraitLanguage,
)
from canut.core.portrait.occupations import Code, Match
from canut.core.portrait.occupations import rings as three
from canut.core.portrait.prose import works as cited
from canut.core.portrait.reading import shipped_facts, shipped_occupations, shipped_terms
from canut.core.portrait.terms import LookedIn

ROOT = Path(__file__).resolve().parent.parent
DASH = "–"
FACTS = (
    Text("Fact", "Fait"),
    Text("What", "Quoi"),
    Text("Values", "Valeurs"),
    Text("Source", "Source"),
    Text("Confidence", "Confiance"),
)
OCCUPATIONS = (
    Text("Row", "Ligne"),
    Text("Occupation", "Métier"),
    Text("People", "Personnes"),
    Text("NOC 2021", "CNP 2021"),
    Text("ESCO", "ESCO"),
    Text("O*NET", "O*NET"),
)
LOOKED = {
    LookedIn.ALL_TEXT: Text("all text", "tout le texte"),
    LookedIn.TITLES_ONLY: Text("titles only", "titres seulement"),
    LookedIn.NOT_CHECKED: Text("not checked", "non vérifié"),
}
MATCHES = {Match.NONE: Text("none", "aucun"), Match.NOT_CHECKED: LOOKED[LookedIn.NOT_CHECKED]}


def facts(language: str) -> str:
    """Table every reference fact: values, source, when it was read, how sure, who contests it."""
    voice = PortraitLanguage(language)
    rows: list[list[str]] = []
    for fact in shipped_facts().by_key.values():
        figures = [value for value in fact.values.values() if value is not None]
        values = " · ".join(
            _named(name, voice.stated(value, fact.says[name]))
            for name, value in fact.values.items()
        )
        unit = voice.say(UNITS.get(fact.unit, Text(fact.unit, fact.unit)))
        place = PLACES.get(fact.place, Text(fact.place, fact.place))
        source = DASH
        if fact.source:
            named, read = voice.source(fact.source), voice.read(fact.source, fact.where)
            linked = f"[{named}]({fact.source.url})" if fact.source.url else named
            source = f"{linked}, {read}"
        sure = CONFIDENCE[fact.confidence if figures else FigureConfidence.UNKNOWN]
        remarks = [voice.say(text) for text in (sure, fact.contested_by, fact.note) if text]
        period = fact.period if fact.period != "undated" else voice.say(UNDATED)
        what = f"{voice.say(fact.label)} ({unit}, {voice.say(place)}, {period})"
        rows.append(
            [
                fact.key,
                what,
                values,
                source,
                f"{'\u202f' if voice.is_french else ''}; ".join(remarks),
            ]
        )
    return _table(FACTS, rows, voice)


def rings(language: str) -> str:
    """Draw the three rings beside the page, and return the picture's line."""
    rows, folder = shipped_occupations(), ROOT / "docs" / language / "portrait"
    chart = three_rings(three(rows, shipped_facts()), rows, language)
    (folder / "three-rings.svg").write_text(f"{standalone(chart.wide)}\n")
    return f"![{chart.title}](three-rings.svg)\n"


def occupations(language: str) -> str:
    """Table every row of the Portrait, with the nearest code of each classification."""
    voice, read = PortraitLanguage(language), shipped_facts()
    rows: list[list[str]] = []
    for occupation in shipped_occupations():
        people = read.figure(occupation.people).value if occupation.people else None
        detail = f" ({voice.say(occupation.detail)})" if occupation.detail else ""
        rows.append(
            [
                f"`{occupation.key}`",
                voice.say(occupation.label) + detail,
                voice.say(UNKNOWN)
                if people is None
                else f"{voice.number(people)} ({occupation.people})",
                *(_code(code, voice) for code in occupation.codes.values()),
            ]
        )
    return _table(OCCUPATIONS, rows, voice)


def terms(language: str) -> str:
    """Table which terms stand in which classifications."""
    voice, shipped = PortraitLanguage(language), shipped_terms()
    heads = [Text("Term", "Terme")]
    for classification in shipped.classifications.values():
        how = LOOKED[classification.looked_in]
        heads.append(
            Text(f"{classification.title.en} ({how.en})", f"{classification.title.fr} ({how.fr})")
        )
    rows = [
        [
            voice.say(term.label),
            *(voice.say(NOT_COUNTED) if n is None else str(n) for n in term.hits.values()),
        ]
        for term in shipped.terms
    ]
    heads.append(Text("Entries that only come near", "Entrées seulement proches"))
    for row, term in zip(rows, shipped.terms, strict=True):
        near = [n for n in term.near_hits.values() if n is not None]
        row.append(" + ".join(map(str, near)) if near else DASH)
    return _table(tuple(heads), rows, voice)


def works(language: str) -> str:
    """List what the Portrait answers and builds on, and whether it was read."""
    return "".join(f"- {line}\n" for line in cited(PortraitLanguage(language)))


def notices(_language: str) -> str:
    """Quote what the licences of the classifications ask to be said."""
    return "".join(f"> {notice}\n>\n" for notice in shipped_terms().notices())


def _named(name: str, text: str) -> str:
    """Write a figure with its name in the table of facts; one alone needs none."""
    return text if name == "all" else f"`{name}` {text}"


def _code(code: Code, voice: PortraitLanguage) -> str:
    if not code.code:
        return voice.say(MATCHES[code.match])
    return code.code if code.match is Match.EXACT else f"≈ {code.code}"


def _table(heads: tuple[Text, ...], rows: list[list[str]], voice: PortraitLanguage) -> str:
    lines = [[voice.say(head) for head in heads], ["---" for _ in heads], *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)
