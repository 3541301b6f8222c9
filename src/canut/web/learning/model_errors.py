"""Why the address of a model is silent, in words."""

from canut.web.integrations.webhook_words import ERROR_WORDS
from canut.web.kit.messages import message_now


def why_silent(why: str) -> str:
    """Say in words why a model's address did not answer, from what was kept of the refusal."""
    said = why.rpartition("it said ")[2]
    if said.isdigit():
        return message_now("page.model_errors.it_answered_with_error", code=said)
    if said == "time":
        return message_now("page.model_errors.no_answer_within")
    if said in ERROR_WORDS:
        return str(ERROR_WORDS[said])
    if "its answer" in why or "it gave" in why:
        return message_now("page.model_errors.its_answer")
    return why
