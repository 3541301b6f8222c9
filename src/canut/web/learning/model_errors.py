"""Texts of the errors of a model's endpoint."""

from canut.core.outside_text import read_whole
from canut.web.integrations.webhook_words import ERROR_WORDS
from canut.web.kit.messages import message_now


def why_silent(reason: str) -> str:
    """Describe why a model's endpoint did not answer, from the stored refusal."""
    detail = reason.rpartition("it said ")[2]
    if read_whole(detail) is not None:
        return message_now("page.model_errors.it_answered_with_error", code=detail)
    if detail == "time":
        return message_now("page.model_errors.no_answer_within")
    if detail in ERROR_WORDS:
        return str(ERROR_WORDS[detail])
    if "its answer" in reason or "it gave" in reason:
        return message_now("page.model_errors.its_answer")
    return reason
