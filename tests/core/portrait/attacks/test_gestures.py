"""A10: somebody takes the unpaid gestures of an hour for paid hours that are kept back."""

from dataclasses import replace
from decimal import Decimal

import pytest

from canut.core.portrait.attacks.release_attacks import Attack, successful_attacks
from canut.core.portrait.cells import CellState
from canut.core.portrait.extra_figures import PersonPeriod
from canut.core.portrait.measured import ReleaseFigure, suppressed
from canut.core.portrait.privacy import Release
from tests.core.portrait.attacks.scenes import equal_people, published_texts, scene_of, worker


def changed(made: Release, name: str, figure: ReleaseFigure) -> Release:
    figures = tuple(figure if one.name == name else one for one in made.figures)
    return replace(made, figures=figures)


def gestures_of(made: Release) -> dict[str, ReleaseFigure]:
    return {one.name: one for one in made.figures if one.name.startswith("gestures.")}


def test_gestures_of_many_people_are_declared_hours_over_published_ones() -> None:
    scene = scene_of(equal_people(40))

    assert gestures_of(scene.release)["gestures.FR.per_hour"].is_known
    assert Attack.GESTURES not in successful_attacks(scene.release, scene.known)


def test_same_hours_of_other_people_give_the_same_gestures() -> None:
    """Nothing of single people is in them: only published sums."""
    even, uneven = (
        scene_of(equal_people(40)),
        scene_of([worker(n, 12.0 if n % 2 else 24.0) for n in range(40)]),
    )

    assert gestures_of(even.release) == gestures_of(uneven.release)


@pytest.mark.parametrize(
    "hands",
    [equal_people(19), [worker(0, 520), worker(1, 370), *(worker(n, 0.5) for n in range(2, 20))]],
    ids=["few", "dominated"],
)
def test_gestures_of_few_people_or_of_one_are_kept_back_in_every_form(
    hands: list[PersonPeriod],
) -> None:
    scene = scene_of(hands)

    assert {one.state for one in gestures_of(scene.release).values()} == {CellState.HIDDEN}
    for name, text in published_texts(scene.release).items():
        assert "513.9" not in text, name
        assert "2861.1" not in text.replace(",", ""), name
    assert Attack.GESTURES not in successful_attacks(scene.release, scene.known)


def test_ratio_of_hours_that_are_not_published_is_found_out() -> None:
    scene = scene_of(equal_people(40))
    name = "gestures.FR.per_hour"
    figure = replace(gestures_of(scene.release)[name], low=Decimal("0.50"), value=Decimal("2.00"))
    of_others = changed(scene.release, name, figure)

    assert Attack.GESTURES in successful_attacks(of_others, scene.known)


def test_gestures_beside_hours_that_are_kept_back_are_found_out() -> None:
    scene = scene_of(equal_people(40))
    name = "client.CA-QC.FR"
    own = next(one for one in scene.release.figures if one.name == name)
    kept_back = changed(scene.release, name, suppressed(own))

    assert Attack.GESTURES in successful_attacks(kept_back, scene.known)
