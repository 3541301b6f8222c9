"""Questions to begin with: each fills the fields of the question form that are still empty."""

from typing import Any, NamedTuple

from canut.actions.imports.lifecycle import picture_columns
from canut.store.models import Import, Project
from canut.store.projects.versions import question_or_none
from canut.web.kit.messages import message_now

SOUNDS = "audio"
VALUES = "values"
_BASES = {
    "short": "page.setup_question.short_texts",
    "long": "page.setup_question.long_texts",
    "picture": "page.setup_question.pictures",
    "sound": "page.setup_question.sounds",
    "known": "page.setup_question.known_answers",
    "chat": "page.setup_question.conversations",
    "pair": "page.setup_question.two_texts",
}


class QuestionTemplate(NamedTuple):
    """A question to begin with.

    Args:
        name: what the button sends.
        title: what the button says.
        fields: texts by field of the question form.
    """

    name: str
    title: str
    fields: dict[str, list[str]]


def templates_for(project: Project, source: Import | None) -> list[QuestionTemplate]:
    """Return the questions that fit what is judged; none once a question is stored."""
    if source is None or question_or_none(project.id) is not None:
        return []
    judged = source.reading.get("chosen", {}).get("judged", "")
    media = picture_columns(source)
    is_sound = judged == SOUNDS and judged in media
    names = SOUND if is_sound else PICTURES if judged in media else TEXTS
    return [*_values_of(guess_of(source)), *(template_named(name) for name in names)]


def guess_of(source: Import | None) -> dict[str, Any]:
    """Return what the file speaks for, as ``QuestionGuess`` has it; empty where nothing does."""
    return source.reading.get("guess", {}) if source else {}


def words_of_guess(source: Import | None) -> str:
    """Say why a kind of question is proposed; empty where none is."""
    guess = guess_of(source)
    if not guess:
        return ""
    facts = {name: guess[name] for name in ("column", "other")}
    return message_now(_BASES[guess["basis"]], **facts)


def _values_of(guess: dict[str, Any]) -> list[QuestionTemplate]:
    """Return the question whose answers are the few values of another column, if there is one."""
    if not guess or not guess["labels"]:
        return []
    title = message_now("page.question_templates.values_of", column=guess["labels_column"])
    fields = {"kind": ["choice"], "choices": list(guess["labels"])}
    return [QuestionTemplate(VALUES, title, fields)]


def template_named(name: str) -> QuestionTemplate:
    """Return a question to begin with, in the page's language.

    Raises:
        KeyError: there is none of this name.
    """
    template = _TEMPLATES[name]
    fields = {"kind": [template.kind], "ask": [message_now(template.ask)], **template.extra}
    if template.answers:
        answers = message_now(template.answers).split(", ")
        is_list = template.field == "choices"
        fields[template.field] = answers if is_list else ["\n".join(answers)]
    return QuestionTemplate(name, message_now(template.title), fields)


class _Template(NamedTuple):
    """Messages and fields of a question to begin with."""

    kind: str
    title: str
    ask: str
    answers: str
    field: str
    extra: dict[str, list[str]]


_TEMPLATES = {
    "tone": _Template(
        "choice",
        "page.question_templates.tone",
        "page.question_templates.tone_ask",
        "page.question_templates.tone_answers",
        "choices",
        {},
    ),
    "topics": _Template(
        "choice",
        "page.question_templates.topics",
        "page.question_templates.topics_ask",
        "page.question_templates.topics_answers",
        "choices",
        {"multiple": ["on"]},
    ),
    "names": _Template(
        "spans",
        "page.question_templates.names",
        "page.question_templates.names_ask",
        "page.question_templates.names_answers",
        "spans_labels",
        {},
    ),
    "compare": _Template(
        "pair",
        "page.question_templates.compare",
        "page.question_templates.compare_ask",
        "",
        "",
        {},
    ),
    "clear": _Template(
        "rating",
        "page.question_templates.clear",
        "page.question_templates.clear_ask",
        "",
        "",
        {"rating_least": ["1"], "rating_most": ["5"]},
    ),
    "rewrite": _Template(
        "text",
        "page.question_templates.rewrite",
        "page.question_templates.rewrite_ask",
        "",
        "",
        {"text_mode": ["long"]},
    ),
    "sort": _Template(
        "choice",
        "page.question_templates.sort",
        "page.question_templates.sort_ask",
        "page.question_templates.sort_answers",
        "choices",
        {},
    ),
    "objects": _Template(
        "boxes",
        "page.question_templates.objects",
        "page.question_templates.objects_ask",
        "page.question_templates.objects_answers",
        "regions_labels",
        {},
    ),
    "read": _Template(
        "text",
        "page.question_templates.read",
        "page.question_templates.read_ask",
        "",
        "",
        {"text_mode": ["transcription"]},
    ),
    "hear": _Template(
        "text",
        "page.question_templates.hear",
        "page.question_templates.hear_ask",
        "",
        "",
        {"text_mode": ["transcription"]},
    ),
    "speakers": _Template(
        "audio",
        "page.question_templates.speakers",
        "page.question_templates.speakers_ask",
        "page.question_templates.speakers_answers",
        "audio_labels",
        {},
    ),
}
TEXTS = ("tone", "topics", "names", "compare", "clear", "rewrite")
PICTURES = ("sort", "objects", "read")
SOUND = ("hear", "speakers")
