"""Write what people are shown about the automated systems before their first task.

The document says of each system what it watches, what it decides or proposes, its main factors in
order, what it cannot do, its setting, since when it applies, who answers for it and whether one can
turn it off. It lists models beside the rules. Its content is canonical, so that its hash says which
text a person was shown. A person is shown it again when a system has another version: a new setting
or another name makes a new text, not a new version.
"""

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from canut.core.bilingual import Bilingual
from canut.core.decisions.automated_systems import SYSTEMS, System
from canut.core.decisions.system_changes import changes_of
from canut.core.messages import has_message, message
from canut.core.proofs.canonical import canonical

SCHEMA = "canut.system-notice/1"
MODEL = "model"
ALL = "all"
"""Whose name answers for every system that nobody else is named for."""
MAY_TURN_OFF = frozenset({"practice"})
"""Systems that a person can turn off for themselves."""
PARTS = ("watched", "decides", "cannot", "off")
EXPLAINED_DAYS, REVIEWED_DAYS = 2, 14
"""Working days until a question is answered; days until a review is."""


class Contact(NamedTuple):
    """Who answers for a system, and how to reach them."""

    name: str = ""
    reach: str = ""


class ModelInUse(NamedTuple):
    """A kind of model that proposes answers here, and in how many projects.

    Args:
        form: what it is, such as ``words``; or ``outside`` for one that runs elsewhere.
        shows: in how many projects people see its proposals.
        takes_over: in how many projects it may label tasks alone.
    """

    form: str
    shows: int
    takes_over: int


def versions_digest() -> str:
    """Return the hash of the versions of all systems, which decides who is shown the text again."""
    return _digest_of(tuple(sorted(system.version for system in SYSTEMS.values())))


@lru_cache(maxsize=2)
def _digest_of(versions: tuple[str, ...]) -> str:
    return hashlib.sha256(canonical(list(versions))).hexdigest()


def system_parts(key: str) -> dict[str, Any]:
    """Return what a system watches, decides and cannot do, with its factors in order of weight.

    Example:
        >>> system_parts("practice")["factors"][0].en
        'Whether you are new in the project.'
    """
    factors: list[Bilingual] = []
    while has_message(f"rule.{key}.factor_{len(factors) + 1}"):
        factors.append(_both(f"rule.{key}.factor_{len(factors) + 1}"))
    return {name: _both(f"rule.{key}.{name}") for name in PARTS} | {"factors": factors}


def contact_of(contacts: Mapping[str, Contact], key: str) -> Contact:
    """Return who answers for a system: who is named for it, else for all; nobody where unnamed."""
    return contacts.get(key) or contacts.get(ALL) or Contact()


def notice_content(
    settings: Mapping[str, Mapping[str, str]],
    contacts: Mapping[str, Contact],
    since_ms: Mapping[str, int],
    models: Sequence[ModelInUse],
) -> dict[str, Any]:
    """Return the document as canonical JSON takes it.

    Args:
        settings: the limits in force as text, by language and policy.
        contacts: who answers, by system, or ``all``.
        since_ms: when each version began to decide here; 0 from the beginning.
        models: kinds of models in use.
    """
    return {
        "schema": SCHEMA,
        "versions": versions_digest(),
        "explained_days": EXPLAINED_DAYS,
        "reviewed_days": REVIEWED_DAYS,
        "systems": [
            _system(key, system, settings, contact_of(contacts, key), since_ms)
            for key, system in SYSTEMS.items()
        ],
        "model": _plain(system_parts(MODEL)) | {"contact": _contact(contact_of(contacts, MODEL))},
        "models": [model._asdict() for model in models],
    }


class ShortRule(NamedTuple):
    """What a person reads of one system before a first task, in one language."""

    key: str
    name: str
    watched: str
    decides: str
    factors: list[str]
    cannot: str
    off: str


def short_rules(content: Mapping[str, Any], language: str) -> list[ShortRule]:
    """Return the systems of a document in short, in English or French."""
    return [
        ShortRule(
            system["key"],
            system["name"][language],
            system["watched"][language],
            system["decides"][language],
            [factor[language] for factor in system["factors"]],
            system["cannot"][language],
            system["off"][language],
        )
        for system in content["systems"]
    ]


def notice_digest(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the document's canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(dict(content))).hexdigest()


def _system(
    key: str,
    system: System,
    settings: Mapping[str, Mapping[str, str]],
    contact: Contact,
    since_ms: Mapping[str, int],
) -> dict[str, Any]:
    last = changes_of(key)[0]
    written = [
        text.format_map(settings[language])
        for text, language in zip(system.parameters, ("en", "fr"), strict=True)
    ]
    return {
        "key": key,
        "version": system.version,
        "name": _sides(Bilingual(*system.name)),
        "purpose": _sides(Bilingual(*system.purpose)),
        "effect": _sides(Bilingual(*system.effect)),
        "setting": _sides(Bilingual(*written)),
        "since_ms": since_ms.get(system.version, 0),
        "changed_on": last.on.isoformat(),
        "change": _sides(last.what),
        "may_turn_off": key in MAY_TURN_OFF,
        "contact": _contact(contact),
        **_plain(system_parts(key)),
    }


def _plain(parts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: [_sides(each) for each in part] if isinstance(part, list) else _sides(part)
        for name, part in parts.items()
    }


def _contact(contact: Contact) -> dict[str, str]:
    return contact._asdict()


def _sides(text: Bilingual) -> dict[str, str]:
    return text._asdict()


def _both(message_id: str) -> Bilingual:
    return Bilingual(message("en", message_id), message("fr", message_id))
