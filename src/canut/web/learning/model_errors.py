"""Why the address of a model is silent, in words."""

from django.utils.translation import gettext as _

from canut.web.integrations.webhook_words import ERROR_WORDS


def why_silent(why: str) -> str:
    """Say in words why a model's address did not answer, from what was kept of the refusal."""
    said = why.rpartition("it said ")[2]
    if said.isdigit():
        return _("it answered with error %(code)s") % {"code": said}
    if said == "time":
        return _("no answer within a minute")
    if said in ERROR_WORDS:
        return str(ERROR_WORDS[said])
    if "its answer" in why or "it gave" in why:
        return _("its answer is not of the form the guide gives")
    return why
