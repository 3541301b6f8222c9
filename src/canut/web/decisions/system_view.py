"""Format the automated systems for pages and the PDF, from the text people are shown.

The figures and sentences come from ``core.decisions.system_notice``; nothing is decided here.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from canut.core.decisions.ai_act import READINGS, AiClass
from canut.core.decisions.system_changes import CHANGES
from canut.core.decisions.system_notice import MODEL
from canut.core.messages import message
from canut.store.decisions.automated_systems import Switch, switch_of, versions_since
from canut.store.tables.decisions import SystemNotice
from canut.web.decisions.decision_view import News, changes_in_words
from canut.web.kit.drawing.pdf import print_pdf
from canut.web.kit.formatting import calendar_day, moment
from canut.web.kit.languages import two_sided
from canut.web.kit.messages import message_now

NOTICE = Path(__file__).with_name("system_notice.typ")
TURN_OFF_AT = {"exposure": "work_exposure", "caps": "account"}
"""Where a person changes for themselves what a system does to them."""
FORMS = {
    "text": "page.systems.model_text",
    "table": "page.systems.model_table",
    "image": "page.systems.model_image",
}
"""What a kind of model reads; every other kind runs on another machine."""
OUTSIDE = "page.systems.model_outside"

AI_CLASSES = {
    AiClass.NOT_AI: "page.systems.not_ai",
    AiClass.MINIMAL: "page.systems.minimal_risk",
    AiClass.HIGH_RISK: "page.systems.high_risk",
}

WORDS = {
    "watched": "page.system_notice.watched",
    "decides": "page.system_notice.decides",
    "factors": "page.system_notice.factors",
    "cannot": "page.system_notice.cannot",
    "setting": "page.system_notice.setting",
    "since": "page.system_notice.since",
    "answers": "page.system_notice.answers",
    "off": "page.system_notice.off",
    "nobody": "page.system_notice.nobody",
    "models": "page.system_notice.models",
    "no_models": "page.system_notice.no_models",
    "ways": "page.system_notice.ways",
    "explanation": "page.system_notice.explanation",
    "review": "page.system_notice.review",
    "hash": "page.system_notice.hash",
    "shown": "page.system_notice.shown",
}


class ContactText(NamedTuple):
    """Who answers for a system; an empty name where nobody is named."""

    name: str
    reach: str


class SystemText(NamedTuple):
    """One automated system in the page's language, with its switch and its versions."""

    key: str
    name: str
    version: str
    purpose: str
    watched: str
    decides: str
    effect: str
    factors: list[str]
    cannot: str
    setting: str
    since: str
    changed_on: str
    change: str
    off: str
    may_turn_off: bool
    off_address: str
    contact: ContactText
    ai_class: str
    ai_reason: str
    switch: Switch | None
    changes: list[News]


class ModelsText(NamedTuple):
    """What models do here, in the page's language, and each kind in use."""

    watched: str
    decides: str
    factors: list[str]
    cannot: str
    off: str
    contact: ContactText
    ai_class: str
    ai_reason: str
    kinds: list[str]


def systems_in_words(content: Mapping[str, Any]) -> list[SystemText]:
    """Format all automated systems in the page's language."""
    since = versions_since()
    return [_system(system, since) for system in content["systems"]]


def models_in_words(content: Mapping[str, Any]) -> ModelsText:
    """Format the models beside the rules in the page's language."""
    side, model = two_sided(), content["model"]
    return ModelsText(
        watched=model["watched"][side],
        decides=model["decides"][side],
        factors=[factor[side] for factor in model["factors"]],
        cannot=model["cannot"][side],
        off=model["off"][side],
        contact=ContactText(**model["contact"]),
        ai_class=message_now(AI_CLASSES[READINGS[MODEL].ai_class]),
        ai_reason=READINGS[MODEL].reason[0 if side == "en" else 1],
        kinds=[_kind(side, kind) for kind in content["models"]],
    )


def model_form_in_words(form: str) -> str:
    """Name a kind of model in the page's language."""
    return message_now(FORMS.get(form, OUTSIDE))


def pdf_of_notice(notice: SystemNotice, language: str) -> bytes:
    """Print the text on the systems as a PDF of at most four pages, in English or French.

    The same text gives the same bytes: it bears the day of its newest rule, not today's.
    """
    content = notice.content
    newest = max(change.on for change in CHANGES)
    words = {name: message(language, message_id) for name, message_id in WORDS.items()}
    paper: dict[str, object] = {
        "title": message(language, "common.what_decides_here"),
        "lead": message(language, "page.system_notice.lead"),
        "language": language,
        "sha256": notice.sha256,
        "words": words,
        "systems": [_printed(system, language) for system in content["systems"]],
        "model": _printed(
            content["model"] | {"name": {language: words["models"]}, "version": ""}, language
        ),
        "kinds": [_kind(language, kind) for kind in content["models"]],
    }
    midnight = date.toordinal(newest) - date(1970, 1, 1).toordinal()
    return print_pdf(NOTICE, paper, midnight * 86_400)


def _printed(system: Mapping[str, Any], language: str) -> dict[str, object]:
    """Return one system as the template reads it."""
    texts = (
        "name",
        "purpose",
        "watched",
        "decides",
        "effect",
        "cannot",
        "setting",
        "off",
        "change",
    )
    contact = [part for part in system["contact"].values() if part]
    return {
        **{name: system[name][language] for name in texts if name in system},
        "version": system["version"],
        "factors": [factor[language] for factor in system["factors"]],
        "contact": ", ".join(contact),
        "changed_on": system.get("changed_on", ""),
    }


def _system(system: Mapping[str, Any], since: Mapping[str, int]) -> SystemText:
    side, key = two_sided(), system["key"]
    began_ms, changes = system["since_ms"], changes_in_words(key, since)
    return SystemText(
        key=key,
        name=system["name"][side],
        version=system["version"],
        purpose=system["purpose"][side],
        watched=system["watched"][side],
        decides=system["decides"][side],
        effect=system["effect"][side],
        factors=[factor[side] for factor in system["factors"]],
        cannot=system["cannot"][side],
        setting=system["setting"][side],
        since=moment(began_ms) if began_ms else message_now("page.systems.the_beginning"),
        changed_on=calendar_day(changes[0].on),
        change=system["change"][side],
        off=system["off"][side],
        may_turn_off=system["may_turn_off"],
        off_address=TURN_OFF_AT.get(key, ""),
        contact=ContactText(**system["contact"]),
        ai_class=message_now(AI_CLASSES[READINGS[key].ai_class]),
        ai_reason=READINGS[key].reason[0 if side == "en" else 1],
        switch=switch_of(key),
        changes=changes,
    )


def _kind(language: str, kind: Mapping[str, Any]) -> str:
    """Name a kind of model and what it does in how many projects."""
    name = message(language, FORMS.get(kind["form"], OUTSIDE))
    return message(
        language,
        "page.systems.model_in",
        kind=name,
        shows=kind["shows"],
        takes_over=kind["takes_over"],
    )
