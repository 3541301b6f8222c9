"""Texts of the refusals about models, and why an address is silent."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from canut.web.integrations.webhook_refusals import ERROR_WORDS

LOOP: dict[str, tuple[str, str]] = {
    "learn-missing": (
        gettext_noop("Models cannot be taught here yet"),
        gettext_noop("Whoever runs the instance installs canut[learn], which brings scikit-learn."),
    ),
    "train-kind": (
        gettext_noop("Models do not learn such a question"),
        gettext_noop("They learn a question with one choice among labels, and nothing else yet."),
    ),
    "train-form": (
        gettext_noop("Models do not learn from this"),
        gettext_noop("They learn from text, columns or pictures, and nothing else yet."),
    ),
    "train-too-few": (
        gettext_noop("Too few tasks have a label"),
        gettext_noop("%(seen)s so far; a model learns from %(limit)s on."),
    ),
    "train-one-class": (
        gettext_noop("Every label is the same"),
        gettext_noop("A model needs two to tell apart."),
    ),
    "train-class": (
        gettext_noop("That is no model"),
        gettext_noop("Name it as package.module:Class; it has fit and predict."),
    ),
    "loop-rule": (
        gettext_noop("So much cannot be meant"),
        gettext_noop("Hide from 1 to 100 %%, and set the bar from 50 to 100 %%."),
    ),
    "incident-none": (
        gettext_noop("Nothing waits to be repaired"),
        gettext_noop("Somebody may have said so before you."),
    ),
    "incident-words": (
        gettext_noop("Say what you did"),
        gettext_noop("In 1 to %(limit)s characters."),
    ),
    "model-none": (
        gettext_noop("There is no such model"),
        gettext_noop("The models of the project are on its page."),
    ),
    "model-lineage": (
        gettext_noop("This model does not leave"),
        gettext_noop(
            "Whose work is in it is not known. Teach it from answers given here, or name the base"
            " it stands on."
        ),
    ),
    "model-outside": (
        gettext_noop("The model itself is not here"),
        gettext_noop("It is kept where it runs; its card can be taken from here."),
    ),
    "model-endpoint": (
        gettext_noop("The model did not answer as it should"),
        gettext_noop("%(why)s. Nothing was changed."),
    ),
}


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
