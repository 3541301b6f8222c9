"""Deposits wait, are accepted, replaced and withdrawn; each public step is in the log."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from canut.actions.portrait.deposits import accept_deposit, bring_deposit, withdraw_deposit
from canut.core.errors import Refusal
from canut.store.models import Deposit, Observation, PlatformEntry, PortraitRelease
from canut.store.portrait.deposits import (
    deposits_beside,
    deposits_in,
    figures_of,
    with_figures,
)
from tests.support.deposits import ROWS, row, statcan, write_package
from tests.support.factories import NOW_MS, make_person

pytestmark = pytest.mark.django_db


def brought(folder: Path, **changes: Any) -> Deposit:
    """Bring a package."""
    return bring_deposit([write_package(folder, **changes)], None, NOW_MS)


def refusal_of(number: int, reason: str = "x") -> str:
    """Return the code with which a deposit is not withdrawn."""
    with pytest.raises(Refusal) as caught:
        withdraw_deposit(number, reason, NOW_MS)
    return caught.value.case


def logged() -> list[dict[str, object]]:
    """Return what the log says of deposits."""
    entries = PlatformEntry.objects.filter(type="deposit").order_by("pk")
    return [json.loads(entry.payload) for entry in entries]


def test_deposit_waits_until_it_is_accepted(tmp_path: Path) -> None:
    person = make_person()
    waiting = brought(tmp_path)
    assert (waiting.state, waiting.grade, deposits_in(), logged()) == ("waiting", "C", [], [])

    accept_deposit(waiting.pk, person, NOW_MS + 1)

    (row_in,) = deposits_in()
    (deposited,) = with_figures([row_in.pk])
    assert deposited.row.accepted_by == person
    assert [item.value for item in deposited.figures] == [4200]
    assert [item.value for item in figures_of(row_in)] == [4200, 2400, 1800]
    (entry,) = logged()
    assert entry["state"] == "in"
    assert entry["sha256"] == waiting.sha256
    assert entry["grade"] == "C"


def test_figures_are_stored_to_the_digit(tmp_path: Path) -> None:
    rows = [
        row(
            measure="share",
            unit="proportion",
            value="0.123456",
            low="0.1",
            high="0.2",
            level="0.95",
            share_of="people",
            cv_flag="B",
            note_fr="été",
        )
    ]
    stored = figures_of(brought(tmp_path, rows=rows))[0]

    assert [str(number) for number in (stored.value, stored.low, stored.high, stored.level)] == [
        "0.123456",
        "0.1",
        "0.2",
        "0.95",
    ]
    assert (stored.flag, stored.note_fr, stored.is_weighted) == ("B", "été", True)


def test_same_package_twice_is_refused_and_nothing_is_stored_of_a_wrong_one(
    tmp_path: Path,
) -> None:
    brought(tmp_path)
    with pytest.raises(Refusal) as caught:
        brought(tmp_path)
    assert caught.value.case == "deposit-here"

    with pytest.raises(Refusal):
        brought(tmp_path / "b", rows=[*ROWS, row("other", n="3")])

    assert (Deposit.objects.count(), Observation.objects.count()) == (1, 3)


def test_newer_deposit_replaces_the_older_once_it_is_accepted(tmp_path: Path) -> None:
    first = brought(tmp_path / "a")
    accept_deposit(first.pk, None, NOW_MS)
    folder = statcan(tmp_path / "b")
    second = bring_deposit([folder], None, NOW_MS, replaces=first.pk)
    assert [item.pk for item in deposits_in()] == [first.pk]

    accept_deposit(second.pk, None, NOW_MS + 5)

    assert [item.pk for item in deposits_in()] == [second.pk]
    assert [entry["state"] for entry in logged()] == ["in", "replaced", "in"]
    assert refusal_of(first.pk) == "deposit-state"


def test_withdrawal_says_why_and_is_logged_once_it_was_public(tmp_path: Path) -> None:
    waiting, public = (
        brought(tmp_path / "a"),
        bring_deposit([statcan(tmp_path / "b")], None, NOW_MS),
    )
    accept_deposit(public.pk, None, NOW_MS)
    assert refusal_of(public.pk, "  ") == refusal_of(public.pk, "x" * 301) == "deposit-reason"
    assert refusal_of(10**9) == "deposit-gone"

    withdraw_deposit(waiting.pk, "Not ours", NOW_MS)
    withdraw_deposit(public.pk, "Wrong weights", NOW_MS)

    assert [entry["state"] for entry in logged()] == ["in", "withdrawn"]
    assert not deposits_in()


def test_old_edition_keeps_what_stood_beside_it_and_says_that_it_was_withdrawn(
    tmp_path: Path,
) -> None:
    def edition(period: str, made_ms: int) -> PortraitRelease:
        return PortraitRelease.objects.create(
            period=period, edition=1, made_ms=made_ms, is_simulated=False, content="", sha256=period
        )

    old, new = edition("2026-Q1", NOW_MS), edition("2026-Q2", NOW_MS + 100)
    first, late = brought(tmp_path / "a"), bring_deposit([statcan(tmp_path / "b")], None, NOW_MS)
    accept_deposit(first.pk, None, NOW_MS + 10)
    accept_deposit(late.pk, None, NOW_MS + 110)

    withdraw_deposit(first.pk, "Wrong weights", NOW_MS + 50)

    (beside_old,) = deposits_beside(old)
    assert (beside_old.pk, beside_old.ended_ms) == (first.pk, NOW_MS + 50)
    assert [item.pk for item in deposits_beside(new)] == [late.pk]


def test_database_refuses_a_deposit_without_its_moments(tmp_path: Path) -> None:
    row_of = brought(tmp_path)
    for change in ({"state": "in"}, {"state": "withdrawn"}, {"ended_ms": 5}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Deposit.objects.filter(pk=row_of.pk).update(**change)
