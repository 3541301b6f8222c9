"""Texts of the refusals about questions and answers."""

from django.utils.translation import gettext_noop

KINDS: dict[str, tuple[str, str]] = {
    "question-field": (
        gettext_noop("The question is not complete"),
        gettext_noop("Look at “%(field)s”: “%(seen)s” cannot stand there."),
    ),
    "question-file": (
        gettext_noop("The question file cannot be used"),
        gettext_noop("Look at line %(line)s of “%(file)s”."),
    ),
    "no-segments": (
        gettext_noop("No segments of a sound are placed here"),
        gettext_noop("This file holds segments: take the labels as CSV, JSONL or Parquet."),
    ),
    "no-spans": (
        gettext_noop("No parts of a text are marked here"),
        gettext_noop("This file holds parts of a text: take the labels as CSV, JSONL or Parquet."),
    ),
    "spans-may-overlap": (
        gettext_noop("Passages may overlap here"),
        gettext_noop("Take the JSONL of spaCy, which holds them; this format has no place for it."),
    ),
    "questions-number": (
        gettext_noop("Too many questions, or none"),
        gettext_noop("Ask from 1 to %(most)s questions about each task."),
    ),
    "answer-field": (
        gettext_noop("The question does not allow this answer"),
        gettext_noop("Load the page again and answer once more. Nothing was kept of this one."),
    ),
    "answer-hidden": (
        gettext_noop("This question is not asked here"),
        gettext_noop("Load the page again: an earlier answer has changed what is asked."),
    ),
}
