"""Build the question of a project: ``schema(choice("Which?", ["cat", "dog"]), photo="image")``.

Each function returns one question as the API takes it; settings go by their names there, which
``docs/en/developers/question.schema.json`` lists. The server checks them and says what is wrong.
"""

from collections.abc import Iterable, Mapping

Question = dict[str, object]
Values = Iterable[str] | Mapping[str, str]
"""Values of labels; as a mapping, each with the words that people read."""


def schema(*questions: Question, **shows: str) -> dict[str, object]:
    """Return a schema: the questions, and the columns that are shown with them.

    Args:
        questions: those asked of each task; the first is ``q``, later ones ``q2``, ``q3`` where
            they have no ``id``.
        shows: ``text``, ``image``, ``audio`` or ``html`` for each column.

    Example:
        >>> asked = schema(choice("Chat ?", ["oui", "non"]), photo="image")
        >>> asked["show"], asked["questions"][0]["id"]
        ([{'column': 'photo', 'as': 'image'}], 'q')
    """
    named = [
        {"id": "q" if number == 1 else f"q{number}", **question}
        for number, question in enumerate(questions, 1)
    ]
    columns = [{"column": column, "as": form} for column, form in shows.items()]
    return {"questions": named, "show": columns}


def choice(ask: str, choices: Values, *, multiple: bool = False, **settings: object) -> Question:
    """Ask for one of several choices, or for any of them."""
    return _question("choice", ask, choices=_listed(choices), multiple=multiple, **settings)


def rating(ask: str, least: float = 1, most: float = 5, **settings: object) -> Question:
    """Ask for a step of a scale."""
    return _question("rating", ask, least=least, most=most, **settings)


def number(ask: str, **settings: object) -> Question:
    """Ask for a number; ``least``, ``most``, ``decimals`` and ``unit`` are settings."""
    return _question("number", ask, **settings)


def date(ask: str, **settings: object) -> Question:
    """Ask for a day; ``earliest`` and ``latest`` are settings."""
    return _question("date", ask, **settings)


def text(ask: str, mode: str = "short", **settings: object) -> Question:
    """Ask for a text: ``short``, ``long``, ``transcription``, ``translation``, ``correction``."""
    return _question("text", ask, mode=mode, **settings)


def spans(
    ask: str, labels: Values, *, column: str, relations: Values = (), **settings: object
) -> Question:
    """Ask for parts of a text, and how they relate."""
    parts = {"labels": _listed(labels), "relations": _listed(relations)}
    return _question("spans", ask, column=column, **parts, **settings)


def boxes(ask: str, labels: Values, *, rotated: bool = False, **settings: object) -> Question:
    """Ask for boxes round things in a picture."""
    return _question("boxes", ask, labels=_listed(labels), rotated=rotated, **settings)


def polygons(ask: str, labels: Values, **settings: object) -> Question:
    """Ask for the outlines of things in a picture."""
    return _question("polygons", ask, labels=_listed(labels), **settings)


def keypoints(ask: str, labels: Values, points: Values, **settings: object) -> Question:
    """Ask for named points of things in a picture."""
    marked = {"labels": _listed(labels), "points": _listed(points)}
    return _question("keypoints", ask, **marked, **settings)


def audio(ask: str, labels: Values, *, transcript: bool = False, **settings: object) -> Question:
    """Ask for segments of a sound, and what is said in them."""
    return _question("audio", ask, labels=_listed(labels), transcript=transcript, **settings)


def pair(ask: str, a: str, b: str, reasons: Values = (), **settings: object) -> Question:
    """Ask which of two columns is better, and why."""
    return _question("pair", ask, a=a, b=b, reasons=_listed(reasons), **settings)


def ranking(ask: str, items: Values, **settings: object) -> Question:
    """Ask for an order, the best first."""
    return _question("ranking", ask, items=_listed(items), **settings)


def chat(ask: str, mode: str, *, column: str, **settings: object) -> Question:
    """Ask to ``rate``, ``compare`` or ``write`` replies of a conversation."""
    return _question("chat", ask, mode=mode, column=column, **settings)


def page(ask: str, sha256: str = "", *, fields: Values = (), **settings: object) -> Question:
    """Ask on a page of your own, which the project has; ``fields`` are those that are choices."""
    if sha256:
        settings["page"] = sha256
    return _question("page", ask, fields=_listed(fields), **settings)


def _question(kind: str, ask: str, **settings: object) -> Question:
    stated = {name: value for name, value in settings.items() if value not in ([], False)}
    return {"kind": kind, "ask": ask, **stated}


def _listed(values: Values) -> list[dict[str, str]]:
    """Return values as objects; a mapping gives each its words."""
    pairs = values.items() if isinstance(values, Mapping) else ((value, value) for value in values)
    return [{"value": value, "label": label} for value, label in pairs]
