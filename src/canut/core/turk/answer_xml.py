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


def write_answers(fields: Mapping[str, Sequence[str]]) -> str:
    """Write the fields of a submitted page; a name with several texts is repeated.

    Args:
        fields: the texts of each field by its name, in the order of the page.

    Example:
        >>> write_answers({"q": ["a < b"]}).endswith("<FreeText>a &lt; b</FreeText></Answer>"
        ...     "</QuestionFormAnswers>")
        True
    """
    answers = "".join(
        f"<Answer><QuestionIdentifier>{_text(name)}</QuestionIdentifier>"
        f"<FreeText>{_text(text)}</FreeText></Answer>"
        for name, texts in fields.items()
        for text in texts
    )
    return f'{DECLARATION}<QuestionFormAnswers xmlns="{NAMESPACE}">{answers}</QuestionFormAnswers>'


def _text(text: str) -> str:
    """Return a text in ASCII as XML takes it; what XML cannot hold becomes a question mark."""
    clean = NOT_IN_XML.sub("?", text)
    return escape(clean, {"\r": "&#13;"}).encode("ascii", "xmlcharrefreplace").decode()
