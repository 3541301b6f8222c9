"""A change of what protects workers waits for their word, and a refusal holds it."""

import pytest

from canut.core.clock import DAY_MS
from canut.core.errors import BadInput
from canut.core.participation.policy_changes import (
    UNITS,
    ChangeState,
    PolicyName,
    check_change,
    check_words,
    state_of,
)

LATE = 14 * DAY_MS


@pytest.mark.parametrize(
    ("opinions", "representatives", "now_ms", "state"),
    [
        ([], 3, LATE - 1, ChangeState.WAITING),
        ([], 3, LATE, ChangeState.IN_FORCE),
        ([], 0, LATE - 1, ChangeState.WAITING),
        ([True], 3, 0, ChangeState.WAITING),
        ([True, True], 3, 0, ChangeState.IN_FORCE),
        ([False], 3, 0, ChangeState.WAITING),
        ([False], 3, LATE, ChangeState.REFUSED),
        ([True, False], 4, LATE, ChangeState.IN_FORCE),
        ([True, False], 2, 0, ChangeState.REFUSED),
        ([False], 1, LATE * 10, ChangeState.REFUSED),
        ([True], 1, 0, ChangeState.IN_FORCE),
    ],
)
def test_change_stands_where_opinions_and_time_put_it(
    opinions: list[bool], representatives: int, now_ms: int, state: ChangeState
) -> None:
    assert state_of(opinions, representatives, 0, now_ms) is state


def test_opinions_of_people_no_longer_in_office_still_count() -> None:
    assert state_of([False, False], 0, 0, LATE) is ChangeState.REFUSED


@pytest.mark.parametrize(
    ("old", "new", "reason", "case"),
    [
        (5, 5, "une bonne raison", "same-policy"),
        (5, -1, "une bonne raison", "policy-bounds"),
        (5, 6, "parce que", "too-few-words"),
    ],
)
def test_change_that_changes_nothing_or_gives_no_reason_is_refused(
    old: int, new: int, reason: str, case: str
) -> None:
    with pytest.raises(BadInput) as refused:
        check_change(PolicyName.FLOOR, old, new, reason)

    assert refused.value.case == case


def test_reason_in_a_sentence_will_do() -> None:
    check_words("Nous sommes d’accord.")


def test_every_policy_has_its_unit() -> None:
    assert set(UNITS) == set(PolicyName)
