"""Unpaid gestures under each paid hour: as declared, over published hours, unknown with why."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from canut.core.portrait.cells import CellState
from canut.core.portrait.charts.gestures import unpaid_gestures
from canut.core.portrait.measured import Dimensions, Figures, ReleaseFigure, Unit, suppressed
from canut.core.portrait.unseen.gestures import (
    DeclaredGesture,
    ProjectMaterial,
    gesture_figures,
)
from tests.core.portrait.samples import ABOUT, gestures

CAPTCHAS = DeclaredGesture("captcha_image", (5_139, 28_611))
COMMENTS = DeclaredGesture("comment", None)
type Ends = tuple[CellState, Decimal | None, Decimal | None]


def hours(name: str, value: str, client: str = "") -> ReleaseFigure:
    of = Dimensions("CA-QC", client)
    return ReleaseFigure(name, Unit.HOURS, CellState.EXACT, Decimal(value), of=of)


PAID = (
    hours("place.ALL.hours", "200.0"),
    hours("client.CA-QC.CA", "100.0", "CA"),
    hours("client.CA-QC.FR", "60.0", "FR"),
    hours("client.OTHER.FR", "40.0", "FR"),
)


def figures_of(
    *materials: ProjectMaterial, paid: Sequence[ReleaseFigure] = PAID
) -> dict[str, ReleaseFigure]:
    return {figure.name: figure for figure in gesture_figures(materials, paid)}


def ends(figure: ReleaseFigure) -> Ends:
    return figure.state, figure.low, figure.high


def test_million_captchas_lie_under_each_paid_hour_by_client_and_gesture() -> None:
    told = figures_of(
        ProjectMaterial("FR", is_declared=True, gestures=[CAPTCHAS]),
        ProjectMaterial("CA", is_declared=True),
    )

    between = CellState.ESTIMATED, Decimal("513.9"), Decimal("2861.1")
    assert ends(told["gestures.FR.captcha_image"]) == between
    assert ends(told["gestures.FR.all"]) == between
    assert ends(told["gestures.FR.per_hour"])[1:] == (Decimal("5.14"), Decimal("28.61"))
    assert ends(told["gestures.CA.per_hour"])[1:] == (Decimal(0), Decimal(0))
    assert ends(told["gestures.ALL.per_hour"])[1:] == (Decimal("2.57"), Decimal("14.31"))
    assert told["gestures.FR.all"].of.place_of_client == "FR"
    assert told["gestures.FR.all"].of.grade == "C"


def test_one_mean_time_is_an_interval_of_one_value() -> None:
    told = figures_of(
        ProjectMaterial(
            "FR",
            is_declared=True,
            gestures=[DeclaredGesture("captcha_image", (28_611, 28_611))],
        )
    )

    assert told["gestures.FR.all"].value == Decimal("2861.1")


def test_what_is_not_declared_or_has_no_time_is_told_and_makes_a_sum_at_least() -> None:
    told = figures_of(
        ProjectMaterial("FR", is_declared=True, gestures=[CAPTCHAS, COMMENTS]),
        ProjectMaterial("FR", is_declared=False),
        ProjectMaterial("CA", is_declared=False),
    )

    at_least = CellState.AT_LEAST, Decimal("513.9"), None
    assert ends(told["gestures.FR.all"]) == at_least
    assert ends(told["gestures.FR.per_hour"]) == (CellState.AT_LEAST, Decimal("5.14"), None)
    assert told["gestures.FR.comment"].state is CellState.UNKNOWN
    assert told["gestures.CA.per_hour"].state is CellState.UNKNOWN
    assert told["gestures.ALL.not_declared"].value == 2
    assert told["gestures.ALL.no_time"].value == 1


def test_gestures_are_kept_back_with_the_hours_they_lie_under() -> None:
    paid = [*PAID[:3], suppressed(PAID[3])]

    told = figures_of(
        ProjectMaterial("FR", is_declared=True, gestures=[CAPTCHAS]),
        ProjectMaterial("CA", is_declared=True, gestures=[CAPTCHAS]),
        paid=paid,
    )

    assert {f.state for name, f in told.items() if ".FR." in name} == {CellState.HIDDEN}
    assert told["gestures.CA.per_hour"].is_known


def test_without_any_paid_project_it_is_unknown() -> None:
    told = figures_of()

    assert {figure.state for figure in told.values()} == {CellState.UNKNOWN}


def test_simulated_projects_count_only_where_nobody_is_real() -> None:
    show = ProjectMaterial("FR", is_declared=True, gestures=[CAPTCHAS], is_simulated=True)

    alone = figures_of(show)
    beside = figures_of(show, ProjectMaterial("CA", is_declared=True))

    assert all(figure.is_simulated for figure in alone.values())
    assert not any(".FR." in name for name in beside)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_chart_tells_each_client_and_gesture_and_why_others_are_unknown(language: str) -> None:
    chart = unpaid_gestures(Figures(gestures()), ABOUT, language)

    lines = chart.table.csv(language).splitlines()
    assert lines[0] == ("client,gesture,least,most,per_hour_least,per_hour_most,projects")
    captchas = {"en": "CAPTCHAs with pictures", "fr": "CAPTCHA d’images"}[language]
    assert any(f"{captchas},1027.8,5722.2,,," in line for line in lines)
    assert any(",8.86,49.33," in line for line in lines)
    assert "CAN-SOCIAL" in chart.about


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "holds no unpaid gesture"), ("fr", "ne contient aucun geste non payé")],
)
def test_material_without_gestures_is_told_in_words_and_not_as_zero(
    language: str, said: str
) -> None:
    told = figures_of(ProjectMaterial("FR", is_declared=True))

    chart = unpaid_gestures(Figures(told.values()), ABOUT, language)

    assert said in chart.title
