"""A3 on the hours of people who taught models: those inside models, and those created."""

from dataclasses import replace
from decimal import Decimal

import pytest

from canut.core.portrait.attacks.release_attacks import Attack, successful_attacks
from canut.core.portrait.cells import CellState
from canut.core.portrait.decision_shares import Hours
from canut.core.portrait.machine_figures import InAll, Machines, ModelWork, machine_figures
from canut.core.portrait.measured import Figures
from tests.core.portrait.attacks.scenes import equal_people, scene_of
from tests.core.portrait.edition import HOUR


def taught_by(*hours: int) -> Machines:
    """Let some people teach one model, and label for no model as long."""
    times = {person: hour * HOUR for person, hour in enumerate(hours)}
    whole = sum(times.values())
    return Machines(
        models=(ModelWork("v1", 300, 14.4, 2.1),),
        hours=Hours(created={"label": whole / HOUR}, displaced=None),
        inside=InAll(whole),
        places={"label": {"CA-QC": times}},
        inside_people=times,
    )


@pytest.mark.parametrize(
    ("hours", "is_told"),
    [((2,) * 30, True), ((2,) * 3, False), ((200, 90, *(1,) * 28), False), ((), False)],
)
def test_hours_inside_models_are_told_of_twenty_people_and_never_of_one(
    hours: tuple[int, ...], *, is_told: bool
) -> None:
    figures = Figures(machine_figures(taught_by(*hours)))

    for name in ("inside", "use_unknown", "model.01.embodied"):
        assert figures.get(name).is_known is is_told, name


def test_simulated_hands_are_told_whoever_taught() -> None:
    machines = taught_by(2, 2)._replace(is_simulated=True)

    assert Figures(machine_figures(machines)).get("inside").is_known


def test_a_release_that_tells_what_three_people_taught_is_not_signed() -> None:
    scene, machines = scene_of(equal_people(40)), taught_by(2, 2, 2)
    told = [
        replace(figure, state=CellState.EXACT, value=Decimal("6.0"))
        if figure.name == "inside"
        else figure
        for figure in machine_figures(machines)
    ]
    figures = (*scene.release.figures, *told)
    known = replace(scene.known, machines=machines)

    assert successful_attacks(replace(scene.release, figures=figures), known) == [
        Attack.SECOND_LARGEST
    ]
    hidden = (*scene.release.figures, *machine_figures(machines))
    assert successful_attacks(replace(scene.release, figures=hidden), known) == []


def test_figures_of_all_time_say_until_which_day() -> None:
    figures = Figures(machine_figures(taught_by(*(2,) * 30), as_of="2026-10-05"))

    assert figures.get("inside").of.as_of == "2026-10-05"
    assert figures.get("model.01.embodied").of.as_of == "2026-10-05"
    assert figures.get("use_unknown").of.as_of == ""
