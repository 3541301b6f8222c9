"""The fields of questions about parts of a text or of a sound, in the form of what is asked."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canut.web.kit.forms import SELECT, PlainForm, words

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LABELS = _("One a line, from 1 to 200.")


def _lines(label: "StrOrPromise", hint: "StrOrPromise") -> forms.CharField:
    return words(label, hint, area=True, required=False, max_length=20_000)


def _whole(label: "StrOrPromise") -> forms.IntegerField:
    return forms.IntegerField(
        label=label, required=False, widget=forms.NumberInput(attrs={"class": "inp num short"})
    )


def _tick(label: "StrOrPromise") -> forms.BooleanField:
    return forms.BooleanField(
        label=label, required=False, widget=forms.CheckboxInput(attrs={"class": "check"})
    )


class MarkingFields(PlainForm):
    """Labels, relations and limits of what is marked."""

    spans_labels = _lines(_("Labels of the passages"), LABELS)
    spans_relations = _lines(_("Relations between passages, optional"), _("One a line."))
    spans_snap = forms.ChoiceField(
        label=_("A passage begins and ends at"),
        choices=(("word", _("words")), ("character", _("characters"))),
        required=False,
        widget=forms.Select(attrs=dict(SELECT)),
    )
    spans_least, spans_most = _whole(_("Passages at least")), _whole(_("Passages at most"))
    spans_overlap = _tick(_("Passages may overlap"))
    audio_labels = _lines(_("Labels of the segments"), LABELS)
    audio_transcript = _tick(_("What is said is written, segment by segment"))
    audio_least, audio_most = _whole(_("Segments at least")), _whole(_("Segments at most"))
    audio_overlap = _tick(_("Segments may overlap, as voices do"))


def written(text: str) -> list[str]:
    """Return the lines of a field, without blanks around them and without empty ones."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _limits(given: Mapping[str, Any], prefix: str) -> dict[str, int]:
    limits = {name: given.get(f"{prefix}_{name}") for name in ("least", "most")}
    return {name: limit for name, limit in limits.items() if limit is not None}


def of_spans(given: Mapping[str, Any], _pictures: object) -> dict[str, Any]:
    """Write what is asked of a text."""
    return {
        "labels": written(given["spans_labels"]),
        "relations": written(given["spans_relations"]),
        "snap": given["spans_snap"] or "word",
        "overlap": given["spans_overlap"],
        **_limits(given, "spans"),
    }


def of_audio(given: Mapping[str, Any], _pictures: object) -> dict[str, Any]:
    """Write what is asked of a sound."""
    return {
        "labels": written(given["audio_labels"]),
        "transcript": given["audio_transcript"],
        "overlap": given["audio_overlap"],
        **_limits(given, "audio"),
    }
