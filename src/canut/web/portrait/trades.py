"""A page per trade: what is known, what was measured, its codes, and what is unknown and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from canut.actions.portrait.releases import reference
from canut.core.errors import Missing
from canut.core.portrait.cells import CellMeasure, CellState
from canut.core.portrait.chart_set import rows_of
from canut.core.portrait.charts.visible import FAMILIES
from canut.core.portrait.facts import ReferenceFigure
from canut.core.portrait.language import CONFIDENCE, MEASURES, UNDATED, Phrase, PortraitLanguage
from canut.core.portrait.occupations import Match, Occupation, OccupationRow
from canut.core.portrait.privacy import Release
from canut.core.portrait.released import read_release
from canut.store.portrait.inputs import newest_release
from canut.store.portrait.words import printed_words
from canut.web.portrait.reasons import why_uncounted
from canut.web.portrait.wording import language_now
from canut.web.portrait.words import words_lines

SCHEMES = {"noc": "NOC 2021", "esco": "ESCO", "onet": "O*NET-SOC"}
FRENCH_SCHEMES = {"noc": "CNP 2021"}
MATCHES = {
    Match.EXACT: Phrase("portrait.match_exact"),
    Match.CLOSE: Phrase("portrait.match_close"),
    Match.NONE: Phrase("portrait.match_none"),
    Match.NOT_CHECKED: Phrase("portrait.not_checked"),
}
ROLES = {
    "preparation": Phrase("portrait.role_preparation"),
    "verification": Phrase("portrait.role_verification"),
    "imitation": Phrase("portrait.role_imitation"),
}
KINDS = {
    "on_demand": Phrase("portrait.kind_on_demand"),
    "micro_work": Phrase("portrait.kind_micro_work"),
    "social_network": Phrase("portrait.kind_social_network"),
}
NOT_MEASURED = Phrase("portrait.why_not_measured")
FEW_PEOPLE = Phrase("portrait.why_few_people")
NO_SOURCE_PAY = Phrase("portrait.why_no_source")


@dataclass(frozen=True)
class KnownFigure:
    """A figure of a trade: what it is, its value, and where it comes from or its series."""

    name: str
    value: str
    source: str
    address: str


@dataclass(frozen=True)
class TradePage:
    """One trade in words.

    Args:
        counted: what sources say.
        measured: what this instance measured.
        codes: classification, code and how well it matches; the code may be empty.
        unknown: what nobody knows or may be told, and why.
    """

    code: str
    name: str
    detail: str
    family: str
    role: str
    kind: str
    counted: Sequence[KnownFigure]
    measured: Sequence[KnownFigure]
    codes: Sequence[tuple[str, str, str]]
    unknown: Sequence[tuple[str, str]]


def portrait_trades(request: HttpRequest) -> HttpResponse:
    """List the trades by family, with what is known of each."""
    voice = PortraitLanguage(language_now())
    groups: dict[str, list[TradePage]] = {}
    release = _release()
    for row in rows_of(release, reference()):
        page = trade_page(row, release, voice)
        groups.setdefault(page.family, []).append(page)
    return render(request, "portrait/trades.html", {"groups": groups.items()})


def portrait_trade(request: HttpRequest, code: str) -> HttpResponse:
    """Show one trade."""
    release = _release()
    rows = {row.occupation.key: row for row in rows_of(release, reference())}
    if code not in rows:
        raise Missing("there is no such trade")
    keys = list(rows)
    at = keys.index(code)
    voice = PortraitLanguage(language_now())
    names = {key: voice.say(row.occupation.label) for key, row in rows.items()}
    context = {
        "trade": trade_page(rows[code], release, voice),
        "period": voice.period(release.period) if release else "",
        "is_simulated": release is not None and release.is_simulated,
        "words": words_lines(printed_words(code)),
        "previous": (keys[at - 1], names[keys[at - 1]]) if at else None,
        "following": (keys[at + 1], names[keys[at + 1]]) if at + 1 < len(keys) else None,
    }
    return render(request, "portrait/trade.html", context)


def trade_page(row: OccupationRow, release: Release | None, voice: PortraitLanguage) -> TradePage:
    """Write one trade in words.

    Args:
        row: the trade with its cells.
        release: the newest edition; None before the first.
        voice: the page's language.
    """
    occupation = row.occupation
    role, kind = ROLES.get(occupation.ai_role), KINDS.get(occupation.labour_kind)
    return TradePage(
        code=occupation.key,
        name=voice.say(occupation.label),
        detail=voice.say(occupation.detail) if occupation.detail else "",
        family=voice.say(FAMILIES[occupation.family]),
        role=voice.say(role) if role else "",
        kind=voice.say(kind) if kind else "",
        counted=_counted(occupation, voice),
        measured=[
            KnownFigure(
                voice.say(MEASURES[measure]),
                voice.cell(here, release.currency if release else "CAD"),
                "",
                reverse("portrait_series", args=[here.key]),
            )
            for measure in CellMeasure
            if (here := row.cells[measure].here) is not None and here.is_known
        ],
        codes=[_code(occupation, scheme, voice) for scheme in SCHEMES],
        unknown=_unknown(row, voice),
    )


def _release() -> Release | None:
    stored = newest_release()
    return None if stored is None else read_release(stored.content.encode())


def _counted(occupation: Occupation, voice: PortraitLanguage) -> list[KnownFigure]:
    """List what sources count of a trade."""
    if not occupation.people:
        return []
    figure = reference().facts.figure(occupation.people)
    if figure.value is None:
        return []
    name = voice.say(MEASURES[CellMeasure.PEOPLE])
    address = f"{reverse('portrait_facts')}#{figure.fact.key}"
    return [
        KnownFigure(name, voice.stated(figure.value, figure.state), _source(figure, voice), address)
    ]


def _source(figure: ReferenceFigure, voice: PortraitLanguage) -> str:
    fact = figure.fact
    period = voice.say(UNDATED) if fact.period == "undated" else fact.period
    title = voice.source(fact.source) if fact.source else ""
    return ", ".join(
        part for part in (title, period, voice.say(CONFIDENCE[fact.confidence])) if part
    )


def _code(occupation: Occupation, scheme: str, voice: PortraitLanguage) -> tuple[str, str, str]:
    code = occupation.codes[scheme]
    title = FRENCH_SCHEMES.get(scheme, SCHEMES[scheme]) if voice.is_french else SCHEMES[scheme]
    text = f"≈ {code.code}" if code.match is Match.CLOSE else code.code
    return title, text, voice.say(MATCHES[code.match])


def _unknown(row: OccupationRow, voice: PortraitLanguage) -> list[tuple[str, str]]:
    """List the measures without a figure, and why; the same reason stands once."""
    names: dict[str, list[str]] = {}
    for measure, pair in row.cells.items():
        if any(cell.is_known for cell in pair.cells()):
            continue
        is_hidden = pair.here is not None and pair.here.state is CellState.HIDDEN
        why = FEW_PEOPLE if is_hidden else NOT_MEASURED
        if measure is CellMeasure.PEOPLE:
            why = why_uncounted(row.occupation)
        elif row.occupation.ai_role == "" and not is_hidden:
            why = NO_SOURCE_PAY
        names.setdefault(voice.say(why), []).append(voice.say(MEASURES[measure]))
    return [(", ".join(listed), why) for why, listed in names.items()]
