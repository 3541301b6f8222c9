"""A3 and A7 on hours by place: parts of a split, and two splits of one place side by side."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from canut.core.portrait import place_splits
from canut.core.portrait.attacks.release_attacks import Attack, AttackInputs, successful_attacks
from canut.core.portrait.cells import CellState
from canut.core.portrait.measured import Figures
from canut.core.portrait.occupations import PLACE
from canut.core.portrait.places_of_work import PlacedWork, place_figures
from canut.core.portrait.privacy import Release
from canut.core.portrait.unseen.gestures import STEM as GESTURES
from tests.core.portrait.attacks.scenes import Scene, equal_people, scene_of
from tests.core.portrait.edition import FLOORS, HOUR

SPLIT = ("place", GESTURES, *place_splits.SPLITS)


def with_places(
    placed: list[PlacedWork], scene: Scene | None = None
) -> tuple[Release, AttackInputs]:
    """Put hours by place into a release of as many people."""
    scene = scene or scene_of(equal_people(len({row.person for row in placed}), 12.0 * len(placed)))
    rng = np.random.default_rng(7)
    others = [f for f in scene.release.figures if f.name.partition(".")[0] not in SPLIT]
    figures = place_figures(placed, scene.release.cells, FLOORS, rng, PLACE)
    return (
        replace(scene.release, figures=(*others, *figures)),
        replace(scene.known, placed=placed),
    )


def row(person: int, **parts: str) -> PlacedWork:
    whole = {"place": PLACE, "client": "FR", "currency": "CAD", "status": "employee"} | parts
    return PlacedWork(
        person, whole["place"], whole["client"], whole["currency"], whole["status"], 12 * HOUR,
        240_000_000, has_scheme=whole["status"] == "employee",
    )  # fmt: skip


def states(release: Release, split: str) -> dict[str, CellState]:
    return {
        figure.name.removeprefix(f"{split}."): figure.state
        for figure in Figures(release.figures).under(split)
    }


CLIENTS: Mapping[str, range] = {"FR": range(40), "US": range(40, 48), "BR": range(48, 55)}
TWO_SMALL_CLIENTS = [row(p, client=code) for code, people in CLIENTS.items() for p in people]
ONE_PAID_IN_EUROS = [
    row(person, status="employee" if person < 40 else "self_employed",
        currency="CAD" if person < 39 else "EUR")
    for person in range(65)
]  # fmt: skip


def test_a_place_less_the_clients_that_are_told_is_not_of_few_people() -> None:
    release, known = with_places(TWO_SMALL_CLIENTS)

    assert set(states(release, "client").values()) == {CellState.HIDDEN}
    assert Figures(release.figures).get(f"place.{PLACE}.hours").is_known
    assert successful_attacks(release, known) == []


def test_two_splits_of_one_place_do_not_show_one_person_by_their_difference() -> None:
    release, known = with_places(ONE_PAID_IN_EUROS)

    assert set(states(release, "status").values()) == {CellState.EXACT}
    assert set(states(release, "currency").values()) == {CellState.HIDDEN}
    assert set(states(release, "protection").values()) == {CellState.EXACT}
    assert successful_attacks(release, known) == []


def test_a_release_whose_place_leaves_few_people_is_not_signed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    small = {(PLACE, "US"), (PLACE, "BR")}
    monkeypatch.setattr(place_splits, "_kept_back", lambda parts, _hidden: small & set(parts))
    monkeypatch.setattr(place_splits, "_overlapping", lambda *_args: set())

    release, known = with_places(TWO_SMALL_CLIENTS)

    assert Attack.MARGINS in successful_attacks(release, known)


def test_a_release_whose_splits_show_one_person_is_not_signed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(place_splits, "_overlapping", lambda *_args: set())

    release, known = with_places(ONE_PAID_IN_EUROS)

    assert Attack.MARGINS in successful_attacks(release, known)


def test_a_part_of_few_people_that_is_told_is_found() -> None:
    release, known = with_places(TWO_SMALL_CLIENTS)
    told = [
        replace(figure, state=CellState.EXACT, value=Decimal(96))
        if figure.name == f"client.{PLACE}.US"
        else figure
        for figure in release.figures
    ]

    attacks = successful_attacks(replace(release, figures=tuple(told)), known)

    assert Attack.SECOND_LARGEST in attacks


@pytest.mark.parametrize("seed", range(8))
def test_hours_by_place_of_made_up_people_withstand_every_attack(seed: int) -> None:
    rng = np.random.default_rng(seed)
    placed = [
        row(
            person,
            place=str(rng.choice([PLACE, "FR", "KE-30"], p=[0.6, 0.3, 0.1])),
            client=str(rng.choice(["FR", "US", "UNKNOWN"])),
            currency=str(rng.choice(["CAD", "EUR"], p=[0.7, 0.3])),
            status=str(rng.choice(["employee", "self_employed"])),
        )
        for person in range(int(rng.integers(40, 160)))
    ]
    at_home = [item for item in placed if item.place == PLACE]
    scene = scene_of(equal_people(len(at_home), 12.0 * len(at_home)))

    release, known = with_places(placed, scene)

    attacks = successful_attacks(release, known)
    assert {Attack.MARGINS, Attack.SECOND_LARGEST}.isdisjoint(attacks)
