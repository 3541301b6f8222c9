"""Keep what is typed in the setup of a project, field by field, whether it is valid or not.

A page says which version it last saw. A field that another page changed since then is not
overwritten: both texts are kept, and a person chooses. What the steps of the setup make of the
texts is decided in ``setup``.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import transaction

from canut.actions.projects.drafts import check_draft
from canut.core.clock import Ms
from canut.core.errors import TooLarge
from canut.store.models import Person, Project, SetupDraft
from canut.store.projects.drafts import setup_draft

EARLIER_VALUES = 12  # of one field; enough for a page that was left open
LIMIT_CHARACTERS = 1_000_000

type Texts = Mapping[str, Sequence[str]]


class FieldConflict(NamedTuple):
    """Two texts of one field, each typed without knowing of the other.

    Args:
        name: the field.
        theirs: the text that the draft has now.
        mine: the text of the page that came later.
        person_id: who wrote the one the draft has.
        at_ms: when.
    """

    name: str
    theirs: list[str]
    mine: list[str]
    person_id: int | None
    at_ms: Ms


class PageTexts(NamedTuple):
    """What a page sends to be saved.

    Args:
        typed: the texts by field, as they are on the page.
        initial: the texts that a page has where nothing was typed.
        version: the version of the draft that the page was made from.
    """

    typed: Texts
    initial: Texts
    version: int


@transaction.atomic
def save_fields(project: Project, page: PageTexts, *, by: Person, now_ms: Ms) -> SetupDraft:
    """Store the fields of a page that last saw a version; keep both texts of a conflict.

    Raises:
        Conflict: ``not-a-draft``: the project is open.
        TooLarge: ``draft-too-large``: all texts together are over a million characters.
    """
    check_draft(project)
    Project.objects.select_for_update().get(id=project.pk)
    draft = setup_draft(project) or SetupDraft(project=project, changed_ms=now_ms)
    following = draft.version + 1
    is_changed = False
    for name, texts in page.typed.items():
        value = _plain(texts)
        entry = draft.fields.get(name)
        first = _plain(page.initial.get(name, ()))
        current = entry["value"] if entry else first
        if value == current:
            continue
        base = _value_at(entry, page.version, first)
        if value == base:
            continue  # unchanged on this page: the newer text stays
        if entry and entry["version"] > page.version:
            entry["mine"] = value
        else:
            change = {"version": following, "by": by.pk, "at_ms": now_ms}
            draft.fields[name] = _changed(entry, value, first) | change
        is_changed = True
    if is_changed:
        draft.version, draft.changed_ms = following, now_ms
        _check_size(draft)
        draft.save()
    return draft


@transaction.atomic
def settle_conflict(
    project: Project, name: str, *, keep_mine: bool, by: Person, now_ms: Ms
) -> SetupDraft | None:
    """Choose between the two texts of a field; the other one is kept among its earlier values."""
    check_draft(project)
    Project.objects.select_for_update().get(id=project.pk)
    draft = setup_draft(project)
    entry = draft.fields.get(name) if draft else None
    if draft is None or entry is None or "mine" not in entry:
        return draft
    own_text = entry.pop("mine")
    draft.version += 1
    if keep_mine:
        change = {"version": draft.version, "by": by.pk, "at_ms": now_ms}
        draft.fields[name] = _changed(entry, own_text, []) | change
    draft.changed_ms = now_ms
    draft.save()
    return draft


@transaction.atomic
def mark_applied(project: Project, names: Iterable[str]) -> None:
    """Mark fields whose texts a step has stored: the page shows what was stored."""
    draft = setup_draft(project)
    if draft is None:
        return
    for name in names:
        if entry := draft.fields.get(name):
            entry["applied"] = entry["version"]
    draft.save(update_fields=["fields"])


def typed_fields(draft: SetupDraft | None) -> dict[str, list[str]]:
    """Return the texts that no step has stored yet, by field."""
    fields: dict[str, dict[str, Any]] = draft.fields if draft else {}
    return {
        name: entry["value"]
        for name, entry in fields.items()
        if entry["version"] > entry.get("applied", 0)
    }


def conflicts_of(draft: SetupDraft | None) -> list[FieldConflict]:
    """Return the fields with two texts."""
    fields: dict[str, dict[str, Any]] = draft.fields if draft else {}
    return [
        FieldConflict(name, entry["value"], entry["mine"], entry["by"], entry["at_ms"])
        for name, entry in fields.items()
        if "mine" in entry
    ]


def _changed(entry: dict[str, Any] | None, value: list[str], first: list[str]) -> dict[str, Any]:
    """Return a field with another text, and the earlier ones behind it."""
    earlier = [*entry["earlier"], [entry["version"], entry["value"]]] if entry else [[0, first]]
    changed: dict[str, Any] = {"value": value, "earlier": earlier[-EARLIER_VALUES:]}
    if entry and "applied" in entry:
        changed["applied"] = entry["applied"]
    return changed


def _value_at(entry: dict[str, Any] | None, version: int, first: list[str]) -> list[str]:
    """Return the text that a page of a version began with."""
    if entry is None:
        return first
    values: list[tuple[int, list[str]]] = [*entry["earlier"], (entry["version"], entry["value"])]
    return next((value for since, value in reversed(values) if since <= version), first)


def _plain(texts: Sequence[str]) -> list[str]:
    """Return texts with one kind of line end, without the empty ones."""
    return [text.replace("\r\n", "\n") for text in texts if text]


def _check_size(draft: SetupDraft) -> None:
    size = sum(
        sum(map(len, texts))
        for entry in draft.fields.values()
        for texts in (entry["value"], *(value for _, value in entry["earlier"]))
    )
    if size <= LIMIT_CHARACTERS:
        return
    for entry in draft.fields.values():
        entry["earlier"] = entry["earlier"][-1:]
    size = sum(sum(map(len, entry["value"])) for entry in draft.fields.values())
    if size > LIMIT_CHARACTERS:
        raise TooLarge(
            f"the texts have {size} characters; at most {LIMIT_CHARACTERS} are kept",
            code="draft-too-large",
            limit=LIMIT_CHARACTERS,
        )
