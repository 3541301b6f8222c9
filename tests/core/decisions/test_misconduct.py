from datetime import date

import pytest

from canut.core.decisions.misconduct import (
    LISTS,
    NOTICE_OF_LIST,
    Act,
    Acts,
    act_in_force,
    acts_for,
    acts_in_force,
)
from canut.core.errors import BadInput

TODAY = date(2026, 11, 25)
LATER = Acts(
    2,
    published=date(2026, 11, 1),
    since=date(2026, 12, 1),
    acts=(Act("noise", frozenset({"rejection"}), "noise was sent", "du bruit a été envoyé"),),
)


def test_reason_that_is_on_no_list_leads_to_nothing() -> None:
    with pytest.raises(BadInput) as refused:
        act_in_force("slow", "rejection", TODAY)

    assert refused.value.case == "act-not-in-force"


def test_act_leads_only_to_what_the_list_says() -> None:
    assert "off-instructions" in acts_for("rejection", TODAY)

    with pytest.raises(BadInput):
        act_in_force("off-instructions", "suspension", TODAY)


@pytest.mark.parametrize(("on", "version"), [(date(2026, 11, 30), 1), (date(2026, 12, 1), 2)])
def test_new_list_binds_from_its_first_day(on: date, version: int) -> None:
    assert acts_in_force(on, [*LISTS, LATER]).version == version


def test_act_struck_from_the_list_is_no_reason_any_more() -> None:
    with pytest.raises(BadInput):
        act_in_force("no-answer", "rejection", LATER.since, [*LISTS, LATER])


def test_day_before_the_first_list_has_none() -> None:
    with pytest.raises(BadInput):
        acts_in_force(date(2020, 1, 1))


def test_every_list_was_published_thirty_days_before_it_binds() -> None:
    assert all(one.since - one.published >= NOTICE_OF_LIST for one in LISTS)


def test_every_act_is_said_in_both_languages() -> None:
    acts = [act for one in LISTS for act in one.acts]

    assert acts
    assert all(act.en and act.fr and act.en != act.fr for act in acts)
    assert len({(one.version, act.code) for one in LISTS for act in one.acts}) == len(acts)


def test_what_people_may_freely_do_is_on_no_list() -> None:
    codes = {act.code for one in LISTS for act in one.acts}

    assert not codes & {"slow", "skipped", "declined", "complained", "alone", "known-answer-missed"}
