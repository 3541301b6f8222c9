"""Each rule finds its contradiction, and only its own; a whole commission has none."""

from dataclasses import replace
from typing import Any

import pytest

from canut.core.commissions.acceptance import AcceptanceVerdict, acceptance_of, tasks_needed
from canut.core.commissions.commission import (
    AIMS,
    Aim,
    TouchedGroup,
    check_aim,
    check_need,
    is_speed_alone,
    read_touched,
)
from canut.core.commissions.contradictions import (
    CommissionFacts,
    ContradictionRule,
    find_contradictions,
)
from canut.core.errors import BadInput, Incomplete

SOUND = CommissionFacts(
    risk=2,
    redress="A person reads the letter again.",
    ethical="No older person is put last.",
    touched=(TouchedGroup("older people", "age"), TouchedGroup("neighbours", "")),
    hour_micro=20_000_000,
    floor_micro=16_600_000,
    currency="CAD",
    shows=True,
    hidden=12,
    is_about_people=True,
    person_named="Mme Roy",
    known_needed=124,
    known_available=124,
    precision_tasks=1_068,
    tasks=1_068,
)


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        (ContradictionRule.NO_REDRESS, {"redress": ""}),
        (ContradictionRule.NO_SLICE, {"touched": (TouchedGroup("older person", ""),)}),
        (ContradictionRule.UNDER_FLOOR, {"hour_micro": 16_599_999}),
        (ContradictionRule.NO_HIDDEN, {"hidden": 0}),
        (ContradictionRule.NOBODY_NAMED, {"person_named": ""}),
        (ContradictionRule.KNOWN_FEW, {"known_available": 123}),
        (ContradictionRule.PRECISION_FEW, {"tasks": 1_067}),
    ],
)
def test_each_rule_finds_its_own_contradiction_alone(
    rule: ContradictionRule, changes: dict[str, Any]
) -> None:
    assert find_contradictions(SOUND) == []

    rows = find_contradictions(replace(SOUND, **changes))

    assert [row.rule for row in rows] == [rule]


def test_what_is_unknown_contradicts_nothing_and_calm_material_needs_no_redress() -> None:
    calm = replace(SOUND, risk=1, redress="")
    unpaid = replace(SOUND, hour_micro=None, floor_micro=None)
    plain = replace(SOUND, is_about_people=False, person_named="", shows=False, hidden=0)

    assert [find_contradictions(facts) for facts in (calm, unpaid, plain)] == [[], [], []]


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("Répondre plus vite aux lettres", True),
        ("Answer letters faster and save time", True),
        ("Réduire les délais, gagner du temps", True),
        ("Répondre plus vite, pour que personne ne reste sans chauffage", False),
        ("Nobody waits without heat", False),
        ("", False),
    ],
)
def test_a_social_aim_of_speed_alone_is_refused(text: str, alone: bool) -> None:
    assert is_speed_alone(text) is alone
    aim = Aim(text, "Tenants", "days of waiting")
    assert check_aim("business", aim) == aim
    if not alone:
        assert check_aim("social", aim) == aim
        return
    with pytest.raises(BadInput) as refusal:
        check_aim("social", aim)
    assert refusal.value.case == "aim-speed"


def test_the_need_has_a_hundred_and_twenty_words_at_most() -> None:
    assert check_need(" mot" * 120).count("mot") == 120
    with pytest.raises(BadInput) as refusal:
        check_need("mot " * 121)
    assert refusal.value.facts["words"] == 121
    with pytest.raises(Incomplete):
        check_need("  ")


def test_groups_are_read_a_line_each_with_a_column_the_file_has() -> None:
    groups = read_touched("tenants : quartier\n\nneighbours", ["quartier"])

    assert groups == (TouchedGroup("tenants", "quartier"), TouchedGroup("neighbours", ""))
    for text, case in (("a: nowhere", "touched-column"), ("\n".join("abcdefghi"), "touched-most")):
        with pytest.raises(BadInput) as refusal:
            read_touched(text, ["quartier"])
        assert refusal.value.case == case


def test_acceptance_holds_exactly_where_its_lower_end_reaches_the_bar() -> None:
    for bar in (900, 930, 950):
        for slips in range(4):
            needed = tasks_needed(bar, slips)
            enough = acceptance_of(needed - slips, needed, needed, slips)
            worse = acceptance_of(needed - slips - 1, needed, needed, slips)
            fewer = acceptance_of(needed - 1 - slips, needed - 1, needed, slips)

            verdicts = [each.verdict for each in (enough, worse, fewer)]
            assert verdicts == [
                AcceptanceVerdict.ACCEPTED,
                AcceptanceVerdict.REFUSED,
                AcceptanceVerdict.UNDECIDED,
            ]
            assert enough.low >= bar / 1000 > max(worse.low, fewer.low)
            assert enough.low < (needed - slips) / needed <= enough.high
    assert acceptance_of(0, 0, 29, 0)[3:] == (29, 0.0, 1.0)
    for bar, slips in ((499, 0), (996, 0), (900, 51), (900, -1)):
        with pytest.raises(BadInput):
            tasks_needed(bar, slips)


def test_there_are_three_aims() -> None:
    assert AIMS == ("business", "social", "ethical")
