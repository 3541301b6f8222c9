"""Forms of commissions, acceptance tests, texts and the questions about them."""

from collections.abc import Mapping
from typing import Any

from canut.actions.commissions.commission import LONGEST_NAME, CommissionWords
from canut.actions.commissions.texts import LONGEST_NAME as LONGEST_TITLE
from canut.core.commissions.acceptance import LEAST_BAR, MOST_BAR, MOST_SLIPS
from canut.core.commissions.commission import (
    AIMS,
    LONGEST,
    LONGEST_AIM,
    LONGEST_SHORT,
    MOST_HOURS,
    MOST_PEOPLE,
    MOST_PRECISION,
    Aim,
)
from canut.core.commissions.reader_tests import (
    LONGEST_QUESTION,
    LONGEST_TEXT,
    MOST_OPTIONS,
    QUESTIONS,
    ReaderQuestion,
)
from canut.store.commissions.commissions import touched_of
from canut.store.models import Commission, PlainText
from canut.web.kit.fields import select, tick
from canut.web.kit.forms import PlainForm, number, words
from canut.web.kit.messages import lazy_message

TENTHS = 10
"""Thousandths in a hundredth."""
SORTS = {
    PlainText.Of.RESULT: lazy_message("page.texts.of_result"),
    PlainText.Of.DECISION: lazy_message("page.texts.of_decision"),
    PlainText.Of.GUIDELINE: lazy_message("page.texts.of_guideline"),
    PlainText.Of.CARD: lazy_message("page.texts.of_card"),
    PlainText.Of.LIEN: lazy_message("page.texts.of_lien"),
    PlainText.Of.POSTMORTEM: lazy_message("page.texts.of_postmortem"),
}
LANGUAGES = (
    ("fr", lazy_message("page.texts.in_french")),
    ("en", lazy_message("page.texts.in_english")),
)


class CommissionForm(PlainForm):
    """A commission as it is typed."""

    need = words(
        lazy_message("form.commission.need"),
        lazy_message("form.commission.need_hint"),
        area=True,
        max_length=LONGEST,
    )
    decision_served = words(
        lazy_message("form.commission.decision_served"), required=False, max_length=LONGEST_SHORT
    )
    business = words(
        lazy_message("form.commission.business"), area=True, required=False, max_length=LONGEST_AIM
    )
    business_noticed_by = words(
        lazy_message("form.commission.noticed_by"), required=False, max_length=LONGEST_SHORT
    )
    business_measure = words(
        lazy_message("form.commission.measure"), required=False, max_length=LONGEST_SHORT
    )
    social = words(
        lazy_message("form.commission.social"),
        lazy_message("form.commission.social_hint"),
        area=True,
        required=False,
        max_length=LONGEST_AIM,
    )
    social_noticed_by = words(
        lazy_message("form.commission.noticed_by"), required=False, max_length=LONGEST_SHORT
    )
    social_measure = words(
        lazy_message("form.commission.measure"), required=False, max_length=LONGEST_SHORT
    )
    ethical = words(
        lazy_message("form.commission.ethical"), area=True, required=False, max_length=LONGEST_AIM
    )
    ethical_noticed_by = words(
        lazy_message("form.commission.noticed_by"), required=False, max_length=LONGEST_SHORT
    )
    ethical_measure = words(
        lazy_message("form.commission.measure"), required=False, max_length=LONGEST_SHORT
    )
    touched = words(
        lazy_message("form.commission.touched"),
        lazy_message("form.commission.touched_hint"),
        area=True,
        required=False,
        max_length=LONGEST,
    )
    harm_if_wrong = words(
        lazy_message("form.commission.harm_if_wrong"),
        area=True,
        required=False,
        max_length=LONGEST_AIM,
    )
    redress = words(
        lazy_message("form.commission.redress"),
        area=True,
        required=False,
        max_length=LONGEST_AIM,
    )
    is_about_people = tick(lazy_message("form.commission.is_about_people"))
    person_named = words(
        lazy_message("form.commission.person_named"), required=False, max_length=LONGEST_NAME
    )
    precision = number(
        lazy_message("form.commission.precision"),
        0,
        MOST_PRECISION // TENTHS,
        lazy_message("form.commission.precision_hint"),
        required=False,
    )
    people = number(lazy_message("form.commission.people"), 1, MOST_PEOPLE)
    hours_a_day = number(lazy_message("form.commission.hours_a_day"), 1, MOST_HOURS)

    def written(self) -> CommissionWords:
        """Return what is typed."""
        fields = self.cleaned_data
        return CommissionWords(
            need=fields["need"],
            decision_served=fields["decision_served"],
            aims={
                name: Aim(fields[name], fields[f"{name}_noticed_by"], fields[f"{name}_measure"])
                for name in AIMS
            },
            touched=fields["touched"],
            harm_if_wrong=fields["harm_if_wrong"],
            redress=fields["redress"],
            is_about_people=fields["is_about_people"],
            person_named=fields["person_named"],
            precision_per_mille=(fields["precision"] or 0) * TENTHS,
            people=fields["people"],
            hours_a_day=fields["hours_a_day"],
        )

    @property
    def aims(self) -> list[tuple[Any, Any, Any]]:
        """Return the three fields of each aim."""
        return [(self[name], self[f"{name}_noticed_by"], self[f"{name}_measure"]) for name in AIMS]


def commission_initial(commission: Commission | None, aims: Mapping[str, Aim]) -> dict[str, Any]:
    """Return what the form of a commission shows before anything is typed."""
    initial: dict[str, Any] = {"people": 5, "hours_a_day": 2}
    for name, aim in aims.items():
        initial |= {name: aim.text, f"{name}_noticed_by": aim.noticed_by}
        initial[f"{name}_measure"] = aim.measure
    if commission is None:
        return initial
    touched = [
        f"{group.name}: {group.column}" if group.column else group.name
        for group in touched_of(commission)
    ]
    return initial | {
        "need": commission.need,
        "decision_served": commission.decision_served,
        "touched": "\n".join(touched),
        "harm_if_wrong": commission.harm_if_wrong,
        "redress": commission.redress,
        "is_about_people": commission.is_about_people,
        "person_named": commission.person_named,
        "precision": commission.precision_per_mille // TENTHS or None,
        "people": commission.people,
        "hours_a_day": commission.hours_a_day,
    }


class AcceptanceForm(PlainForm):
    """When results are accepted: the bar, the slips allowed, and who decides."""

    bar = number(
        lazy_message("form.commission.bar"),
        LEAST_BAR // TENTHS,
        MOST_BAR // TENTHS,
        lazy_message("form.commission.bar_hint"),
    )
    slips = number(
        lazy_message("form.commission.slips"),
        0,
        MOST_SLIPS,
        lazy_message("form.commission.slips_hint"),
    )
    decided_by = words(
        lazy_message("form.commission.decided_by"),
        lazy_message("form.commission.decided_by_hint"),
        max_length=LONGEST_NAME,
    )


class TextForm(PlainForm):
    """A text as it is typed; the same name in the same language makes its next version."""

    of = select(lazy_message("form.texts.of"), tuple(SORTS.items()))
    name = words(
        lazy_message("form.texts.name"),
        lazy_message("form.texts.name_hint"),
        max_length=LONGEST_TITLE,
    )
    language = select(lazy_message("form.texts.language"), LANGUAGES)
    text = words(lazy_message("form.texts.text"), area=True, max_length=LONGEST_TEXT)
    text.widget.attrs["rows"] = 10


class QuestionsForm(PlainForm):
    """Three questions about a text: each with options and the right one, or answered in words."""

    fact = words(lazy_message("form.texts.fact"), max_length=LONGEST_QUESTION)
    fact_options = words(
        lazy_message("form.texts.options"),
        lazy_message("form.texts.options_hint"),
        area=True,
        required=False,
    )
    fact_key = number(lazy_message("form.texts.key"), 1, MOST_OPTIONS, required=False)
    so_what = words(lazy_message("form.texts.so_what"), max_length=LONGEST_QUESTION)
    so_what_options = words(lazy_message("form.texts.options"), area=True, required=False)
    so_what_key = number(lazy_message("form.texts.key"), 1, MOST_OPTIONS, required=False)
    not_known = words(lazy_message("form.texts.not_known"), max_length=LONGEST_QUESTION)
    not_known_options = words(lazy_message("form.texts.options"), area=True, required=False)
    not_known_key = number(lazy_message("form.texts.key"), 1, MOST_OPTIONS, required=False)

    @property
    def questions(self) -> list[tuple[Any, Any, Any]]:
        """Return the fields of each question."""
        return [(self[name], self[f"{name}_options"], self[f"{name}_key"]) for name in QUESTIONS]

    def written(self) -> list[ReaderQuestion]:
        """Return the questions as typed."""
        rows = []
        for name in QUESTIONS:
            lines = self.cleaned_data[f"{name}_options"].splitlines()
            options = tuple(line.strip() for line in lines if line.strip())
            key = self.cleaned_data[f"{name}_key"]
            position = None if key is None else key - 1
            rows.append(ReaderQuestion(self.cleaned_data[name], options, position))
        return rows
