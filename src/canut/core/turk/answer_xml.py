"""Answers to a page as programs read them: the XML of QuestionFormAnswers.

It has no blank between elements, because scripts split it as text.
"""

import re
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

NAMESPACE = (
    "http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2005-10-01/"
    "QuestionFormAnswers.xsd"
)
DECLARATION = '<?xml version="1.0" encoding="ASCII"?>'
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


OTHER = "-OtherSelection"
"""How the field of an answer beside the selections of a question ends."""


def write_answers(fields: Mapping[str, Sequence[str]], chosen: frozenset[str] = frozenset()) -> str:
    """Write the fields of a submitted page; a name with several texts is repeated.

    Args:
        fields: the texts of each field by its name, in the order of the page.
        chosen: the questions of a QuestionForm that are answered by selections; each is one answer.

    Example:
        >>> write_answers({"q": ["a < b"]}).endswith("<FreeText>a &lt; b</FreeText></Answer>"
        ...     "</QuestionFormAnswers>")
        True
    """
    answers: list[str] = []
    for name, texts in fields.items():
        beside = fields.get(f"{name}{OTHER}", ())
        if name in chosen:
            parts = "".join(_element("SelectionIdentifier", text) for text in texts)
            others = "".join(_element("OtherSelectionText", text) for text in beside if text)
            answers.append(_answer(name, parts + others))
        elif name.endswith(OTHER) and (question := name.removesuffix(OTHER)) in chosen:
            alone = [text for text in texts if text and question not in fields]
            answers += [_answer(question, _element("OtherSelectionText", text)) for text in alone]
        else:
            answers += [_answer(name, _element("FreeText", text)) for text in texts]
    whole = "".join(answers)
    return f'{DECLARATION}<QuestionFormAnswers xmlns="{NAMESPACE}">{whole}</QuestionFormAnswers>'


def _answer(name: str, parts: str) -> str:
    return f"<Answer>{_element('QuestionIdentifier', name)}{parts}</Answer>"


def _element(name: str, text: str) -> str:
    return f"<{name}>{_text(text)}</{name}>"


def _text(text: str) -> str:
    """Return a text in ASCII as XML takes it; what XML cannot hold becomes a question mark."""
    clean = NOT_IN_XML.sub("?", text)
    return escape(clean, {"\r": "&#13;"}).encode("ascii", "xmlcharrefreplace").decode()
