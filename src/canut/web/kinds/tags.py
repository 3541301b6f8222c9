"""Template tags of question kinds: their scripts, and labels as text."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from canut.core.kinds import Schema, questions_of
from canut.store.models import Answer, Project
from canut.store.projects.versions import question_or_none
from canut.store.quality.results import label_of_answer
from canut.web.kinds import told_label
from canut.web.kinds.ranks import Rank, ranks_of
from canut.web.kit.messages import message_now
from canut.web.kit.scripts import kind_script
from canut.web.kit.tags import built_words, manifest

register = template.Library()
WORDS_OF = dict.fromkeys(("boxes", "polygons", "keypoints"), "regions")


@register.simple_tag
def fetch_kinds(schema: Schema) -> SafeString:
    """Preload the scripts and translations of the kinds that are asked."""
    kinds = dict.fromkeys(str(question["kind"]) for question in questions_of(schema))
    files = dict.fromkeys(
        built_words(
            ("workbench", "kinds", *(WORDS_OF.get(kind_name, kind_name) for kind_name in kinds))
        )
    )
    for kind in kinds:
        entry = manifest().get(kind_script(manifest(), kind) or "", {"file": ""})
        parts = (manifest()[source]["file"] for source in entry.get("imports", ()))
        files |= dict.fromkeys(file for file in (entry["file"], *parts) if file)
    links = ((static(f"dist/{file}"),) for file in files)
    return format_html_join("", '<link rel="modulepreload" href="{}">', links)


@register.filter
def label_of(answer: Answer) -> str:
    """Return an answer's label as text."""
    return label_of_answer(answer)


@register.filter
def either_of(labels: Sequence[str], project: Project) -> str:
    """Join the labels that compete for a task, in the project's own words: ``7 or 1``."""
    return message_now("page.tags.or").join(
        dict.fromkeys(in_words(each, project) for each in labels)
    )


@register.filter
def in_words(label: str | None, project: Project) -> str:
    """Format a label in the project's own words; its question is read once per page."""
    schema = _schema_of(project)
    return "" if label is None else label if schema is None else told_label(schema, label)


@register.simple_tag
def ranks(label: str | None, project: Project, compared: str | None = "") -> list[Rank]:
    """Return a ranking as an ordered list, compared with another; empty for other labels."""
    schema = _schema_of(project)
    return ranks_of(schema, label, compared or "") if schema and label else []


def _schema_of(project: Project) -> Schema | None:
    """Return what a project asks, read once per page."""
    cache: dict[str, Any] = project.__dict__.setdefault("asked_once", {})
    if "schema" not in cache:
        question = question_or_none(project.pk)
        cache["schema"] = None if question is None else question.schema
    schema: Schema | None = cache["schema"]
    return schema
