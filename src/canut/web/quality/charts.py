"""Drawings of quality as SVG, and models by their names in words.

Attributes and classes only: the content policy forbids inline styles. A table says the same.
"""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from canut.core.svg import Scale, Sheet
from canut.store.models import Estimate
from canut.store.quality.measures import ENOUGH_KNOWN, Compared, Confusion, compared_by
from canut.web.kit import formatting
from canut.web.kit.formatting import format_count, whole_share
from canut.web.kit.interval_mark import MARK_WIDTH, mark_interval

register = template.Library()
register.filter(formatting.decimal_of.__name__, formatting.decimal_of)
register.filter(formatting.chance_of.__name__, formatting.chance_of)

CELL, NAMES, TOP = 56, 120, 28
WIDEST_NAME, WIDEST_HEAD = 16, 7
PALE = 0.55  # over it the figure is written in the ground's colour


@register.simple_tag
def confusion_mark(confusion: Confusion) -> SafeString:
    """Draw what was said under each truth: the darker the more often, and the figure in each."""
    size = len(confusion.labels)
    sheet = Sheet(NAMES + size * CELL, "ch conf")
    for place, label in enumerate(confusion.labels):
        sheet.text(_middle(NAMES, place), TOP - 10, _cut(label, WIDEST_HEAD), anchor="middle")
    for row, (label, _answers, shares) in enumerate(confusion.rows):
        y = _middle(TOP, row) + 4
        sheet.text(NAMES - 10, y, _cut(label, WIDEST_NAME), anchor="end")
        for place, share in enumerate(shares):
            if share is None:
                continue
            left, top = NAMES + place * CELL + 1, TOP + row * CELL + 1
            opacity = f"{0.04 + 0.96 * share:.2f}"
            sheet.rect("s1", left, top, CELL - 2, CELL - 2, fill_opacity=opacity)
            kind = "inv" if share > PALE else "st"
            sheet.text(_middle(NAMES, place), y, whole_share(share), kind, "middle")
    label = _("What was said under each truth; the table below gives the same figures")
    return SafeString(sheet.close(TOP + size * CELL, label))


def _middle(begin: int, place: int) -> int:
    """Return where the middle of a column or row is."""
    return begin + place * CELL + CELL // 2


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


@register.simple_tag
def skill_mark(low: float, middle: float, high: float) -> SafeString:
    """Draw an accuracy and its interval on an axis from 0 to 1."""
    return mark_interval(Scale(0, MARK_WIDTH, 1), low, middle, high)


@register.filter
def model_name(model: str) -> str:
    """Name a model in words; one without words keeps its own name."""
    names = {
        "auto": _("mean of several models, weighed by answers held out"),
        "mace-dawid-skene": _("habits of error, guessing set apart"),
        "majority": _("plurality vote"),
        "weighted": _("vote weighted by skill"),
        "one-coin": _("one accuracy for each worker"),
        "mace": _("competence or guessing (MACE)"),
        "glad": _("skill and difficulty (GLAD)"),
        "dawid-skene": _("habits of error (Dawid and Skene)"),
        "dawid-skene-pooled": _("habits of error, pooled where answers are few"),
        "ordinal": _("habits of error on a scale"),
        "merged": _("median, vote or nearest answer, as the kind of question has it"),
        "none": _("nothing yet"),
    }
    return names.get(model, model)


@register.filter
def models_compared(estimate: Estimate) -> list[Compared]:
    """List the models a choice was made among."""
    return compared_by(estimate)


@register.filter
def chosen_because(estimate: Estimate) -> list[str]:
    """Say in short sentences why a model was chosen; nothing where nobody kept it."""
    choice = estimate.choice
    if choice is None:
        return []
    if choice["rule"] == "merged":
        return [_("Answers of this kind are merged; who lies near others weighs more.")]
    if choice["rule"] == "each-choice":
        return [_("Each choice is a question of its own.")]
    known, right = choice["known"], choice["right"]
    if choice["rule"] == "gold":
        told = _(
            "Right %(share)s of the time on %(known)s known answers; the usual one, %(usual)s."
        )
        shares = {
            "share": formatting.share(right[choice["model"]]),
            "usual": formatting.share(right[choice["default"]]),
        }
        return [told % {"known": format_count(known), **shares}]
    return [
        _without_known(choice["rule"], choice["held_out"]),
        _had_a_say(known, enough=bool(right)),
    ]


def _without_known(rule: str, held_out: int) -> str:
    if rule == "together":
        return _("People are right and wrong together here; tables of errors would mislead.")
    if not held_out:
        return _("All weigh the same: there are too few answers to set some aside.")
    told = ngettext(
        "The better one foretold %(count)s answer set aside, the more it weighs.",
        "The better one foretold %(count)s answers set aside, the more it weighs.",
        held_out,
    )
    return told % {"count": format_count(held_out)}


def _had_a_say(known: int, *, enough: bool) -> str:
    if not known:
        return _("No known answer had a say.")
    if enough:
        told = ngettext(
            "On %(count)s known answer no other is right clearly more often.",
            "On %(count)s known answers no other is right clearly more often.",
            known,
        )
    else:
        told = ngettext(
            "%(count)s known answer had no say in it: it takes %(enough)s.",
            "%(count)s known answers had no say in it: it takes %(enough)s.",
            known,
        )
    return told % {"count": format_count(known), "enough": format_count(ENOUGH_KNOWN)}
