"""Fields of the question form about spans of a text or segments of a sound."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms

from canut.web.kit.fields import select, tick
from canut.web.kit.forms import PlainForm, words
from canut.web.kit.messages import lazy_message
from canut.web.kit.numbers import WholeField

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LABELS = lazy_message("form.question_marking_fields.one_a_line")


def _lines(label: "StrOrPromise", hint: "StrOrPromise") -> forms.CharField:
    return words(label, hint, area=True, required=False, max_length=20_000)


def _whole(label: "StrOrPromise") -> WholeField:
    return WholeField(
        label=label, required=False, widget=forms.NumberInput(attrs={"class": "inp num short"})
    )


def _tick(label: "StrOrPromise") -> forms.BooleanField:
    return tick(label)


class MarkingFields(PlainForm):
    """Labels, relations and limits of marks."""

    spans_labels = _lines(
        lazy_message("form.question_marking_fields.labels_of_the_passages"), LABELS
    )
    spans_relations = _lines(
        lazy_message("form.question_marking_fields.relations_between_passages_optional"),
        lazy_message("common.one_a_line"),
    )
    spans_snap = select(
        lazy_message("form.question_marking_fields.a_passage_begins"),
        (
            ("word", lazy_message("form.question_marking_fields.words")),
            ("character", lazy_message("form.question_marking_fields.characters")),
        ),
        required=False,
    )
    spans_least, spans_most = (
        _whole(lazy_message("form.question_marking_fields.passages_at_least")),
        _whole(lazy_message("form.question_marking_fields.passages_at_most")),
    )
    spans_overlap = _tick(lazy_message("form.question_marking_fields.passages_may_overlap"))
    audio_labels = _lines(
        lazy_message("form.question_marking_fields.labels_of_the_segments"), LABELS
    )
    audio_transcript = _tick(lazy_message("form.question_marking_fields.what_is_said"))
    audio_least, audio_most = (
        _whole(lazy_message("form.question_marking_fields.segments_at_least")),
        _whole(lazy_message("form.question_marking_fields.segments_at_most")),
    )
    audio_overlap = _tick(lazy_message("form.question_marking_fields.segments_may_overlap"))


def written(text: str) -> list[str]:
    """Return the non-empty lines of a field, stripped."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _limits(data: Mapping[str, Any], prefix: str) -> dict[str, int]:
    limits = {name: data.get(f"{prefix}_{name}") for name in ("least", "most")}
    return {name: limit for name, limit in limits.items() if limit is not None}


def of_spans(data: Mapping[str, Any], _pictures: object) -> dict[str, Any]:
    """Return the question about spans of a text."""
    return {
        "labels": written(data["spans_labels"]),
        "relations": written(data["spans_relations"]),
        "snap": data["spans_snap"] or "word",
        "overlap": data["spans_overlap"],
        **_limits(data, "spans"),
    }


def of_audio(data: Mapping[str, Any], _pictures: object) -> dict[str, Any]:
    """Return the question about segments of a sound."""
    return {
        "labels": written(data["audio_labels"]),
        "transcript": data["audio_transcript"],
        "overlap": data["audio_overlap"],
        **_limits(data, "audio"),
    }
