"""What becomes of a visitor's click: a hypothetical, with the public figures of the Portrait.

Nothing is recorded, and nothing is asked. The gesture is a CAPTCHA image, the only one whose time a
source gives; what its worker would be paid here is its time at the newest minimum wage of the
reference facts. Figures of this instance come from the newest edition alone, which tells of no
small group.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from canut.actions.portrait.releases import last_floor, reference
from canut.core.clock import HOUR_MS
from canut.core.money import divided_up
from canut.core.portrait.cells import CellMeasure
from canut.core.portrait.chart_set import rows_of
from canut.core.portrait.language import PortraitLanguage
from canut.core.portrait.measured import ReleaseFigure, Unit
from canut.core.portrait.privacy import Release
from canut.core.portrait.released import read_release
from canut.store.datasets.card_figures import public_cards
from canut.store.portrait.inputs import newest_release
from canut.store.tables.portrait import PortraitRelease
from canut.web.datasets.path_stops import PathStop, StopFact, StopLink
from canut.web.kit.formatting import price
from canut.web.kit.messages import message_now
from canut.web.portrait.page_links import page_address
from canut.web.portrait.wording import language_now

CAPTCHA_S = (Decimal("1.85"), Decimal("10.3"))
CAPTCHA_SOURCE = "https://arxiv.org/abs/2311.10911"
ANNOTATION = "CAN-ANNOT"
CHAIN, WAGE, LINK_PARTS = "chain", "wage", 4


class VisitorView(NamedTuple):
    """What the stops are written from; no release before the first edition."""

    stored: PortraitRelease | None
    release: Release | None
    voice: PortraitLanguage

    def figure(self, name: str) -> ReleaseFigure | None:
        """Return a figure of the edition that has a number; None if there is none."""
        figures = self.release.figures if self.release else ()
        matches = (item for item in figures if item.name == name and item.value is not None)
        return next(matches, None)


def my_click(request: HttpRequest) -> HttpResponse:
    """Show what becomes of a click, as a hypothetical; nothing is recorded."""
    stored = newest_release()
    release = read_release(stored.content.encode()) if stored else None
    view = VisitorView(stored, release, PortraitLanguage(language_now()))
    context = {
        "stops": [
            _click_stop(),
            _gesture_stop(view),
            _label_stop(view),
            _dataset_stop(),
            _model_stop(view),
            _money_stop(view),
        ],
        "is_simulated": release is not None and any(item.is_simulated for item in release.figures),
        "period": view.voice.period(release.period) if release else "",
    }
    return render(request, "datasets/my_click.html", context)


def _stop(
    key: str,
    headline: str = "",
    unknown: str = "",
    facts: Sequence[StopFact] = (),
    links: Sequence[StopLink] = (),
) -> PathStop:
    return PathStop(key, _say(f"stop_{key}"), headline, unknown, facts, links)


def _click_stop() -> PathStop:
    return _stop(
        "click",
        _say("nothing_recorded"),
        facts=[
            StopFact(_say("recorded_here"), _say("recorded_here_words")),
            StopFact(_say("recorded_elsewhere"), _say("recorded_elsewhere_words"), is_unknown=True),
        ],
    )


def _gesture_stop(view: VisitorView) -> PathStop:
    least, most = view.voice.number(CAPTCHA_S[0], 2), view.voice.number(CAPTCHA_S[1], 1)
    floor = last_floor()
    worth = divided_up(floor.micro * int(CAPTCHA_S[1] * 1000), HOUR_MS)
    return _stop(
        "gesture",
        _say("captcha_time", least=least, most=most),
        facts=[
            StopFact(
                _say("captcha_worth"),
                _say(
                    "captcha_worth_words",
                    micro=price(worth, floor.currency),
                    floor=price(floor.micro, floor.currency),
                ),
            ),
            StopFact(_say("captcha_paid"), _say("captcha_paid_words")),
            StopFact(_say("stars"), _say("stars_words"), is_unknown=True),
        ],
        links=[StopLink(CAPTCHA_SOURCE, _say("captcha_source"))],
    )


def _label_stop(view: VisitorView) -> PathStop:
    touched = view.figure("decided.touched")
    if touched is None:
        return _stop("label", unknown=_say("no_figure"))
    link = StopLink(page_address(view.stored, "c10"), _say("see_decided"))
    return _stop("label", _say("by_people", share=_value(touched, view.voice)), links=[link])


def _dataset_stop() -> PathStop:
    count = len(public_cards())
    link = StopLink(reverse("cards"), _say("see_cards"))
    if not count:
        return _stop("dataset", unknown=_say("no_cards"), links=[link])._replace(is_none=True)
    elsewhere = StopFact(_say("cards_elsewhere"), _say("cards_elsewhere_words"), is_unknown=True)
    return _stop("dataset", _say("cards", n=count), facts=[elsewhere], links=[link])


def _model_stop(view: VisitorView) -> PathStop:
    alone = view.figure("decided.untouched")
    inside = view.figure("inside")
    elsewhere = StopFact(_say("model_elsewhere"), _say("model_elsewhere_words"), is_unknown=True)
    if alone is None and inside is None:
        return _stop("model", unknown=_say("no_figure"), facts=[elsewhere])
    headline = _say("alone", share=_value(alone, view.voice)) if alone else ""
    facts = [elsewhere]
    if inside is not None:
        facts.insert(0, StopFact(_say("inside"), _value(inside, view.voice)))
    link = StopLink(page_address(view.stored, "c11"), _say("see_inside"))
    return _stop("model", headline, facts=facts, links=[link])


def _money_stop(view: VisitorView) -> PathStop:
    pay = StopLink(page_address(view.stored, "c4"), _say("see_pay"))
    chain = StopLink(page_address(view.stored, "c12"), _say("see_chain"))
    hourly = _hourly(view)
    facts = [StopFact(*line) for line in _chain_lines(view)]
    facts.append(StopFact(_say("captcha_buyer"), _say("captcha_buyer_words"), is_unknown=True))
    if not hourly:
        return _stop("money", unknown=_say("no_figure"), facts=facts, links=[pay, chain])
    return _stop("money", _say("hourly", pay=hourly), facts=facts, links=[pay, chain])


def _hourly(view: VisitorView) -> str:
    """Return the pay by hour of data annotation here, with its interval; empty if unknown."""
    for row in rows_of(view.release, reference()):
        here = row.cells[CellMeasure.PAY_BY_HOUR].here
        if row.occupation.key == ANNOTATION and here is not None and here.is_known:
            return view.voice.cell(here)
    return ""


def _chain_lines(view: VisitorView) -> list[tuple[str, str, bool]]:
    """Return what each position of the chain keeps of 100 that clients pay."""
    lines: list[tuple[str, str, bool]] = []
    figures = view.release.figures if view.release else ()
    for figure in figures:
        parts = figure.name.split(".")
        is_link = len(parts) == LINK_PARTS and parts[0] == CHAIN and parts[1] != WAGE
        if is_link and figure.value is not None:
            words = _say("of_hundred", value=view.voice.number(figure.value, 2))
            lines.append((_say(f"role_{parts[2]}"), words, parts[2] == "undisclosed"))
    return lines


def _value(figure: ReleaseFigure, voice: PortraitLanguage) -> str:
    value = figure.value or Decimal(0)
    return voice.share(value) if figure.unit is Unit.SHARE else voice.number(value, 1)


def _say(code: str, **facts: object) -> str:
    return message_now(f"my_click.{code}", **facts)
