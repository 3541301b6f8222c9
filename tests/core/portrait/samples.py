"""One example of every chart; figures that no source gives are invented, and say so."""

from decimal import Decimal

import numpy as np

from canut.core.money import Money
from canut.core.portrait.cells import Cell, CellMeasure, CellState, Where
from canut.core.portrait.charts.chain import Link, Scheme, chain, protection
from canut.core.portrait.charts.decisions import (
    Period,
    Version,
    draw_decision_shares,
    hidden_seconds,
)
from canut.core.portrait.charts.frame import PortraitChart
from canut.core.portrait.charts.gestures import unpaid_gestures
from canut.core.portrait.charts.pay import (
    ChartCaption,
    PayDistribution,
    PayLine,
    distribution,
    real_pay,
    unseen_time,
)
from canut.core.portrait.charts.places import PlaceLine, hours_by_place
from canut.core.portrait.charts.rings import three_rings
from canut.core.portrait.charts.visible import draw_visibility, same_table
from canut.core.portrait.counts import (
    IntervalEstimate,
    TimeUse,
    ratio_interval,
    share,
    steps,
    weighted,
)
from canut.core.portrait.decision_roles import DecisionOutcome
from canut.core.portrait.decision_shares import shares_of
from canut.core.portrait.facts import Text
from canut.core.portrait.measured import Dimensions, Figures, ReleaseFigure, Unit
from canut.core.portrait.occupations import rings, table
from canut.core.portrait.privacy import band_of
from canut.core.portrait.reading import shipped_facts, shipped_occupations, shipped_terms
from canut.core.portrait.unseen.gestures import (
    DeclaredGesture,
    ProjectMaterial,
    gesture_figures,
)

FACTS, ROWS = shipped_facts(), shipped_occupations()
ABOUT = ChartCaption(
    Text("This instance, click work", "Cette instance, travail du clic"),
    "2026-Q3",
    Text(
        "Example: figures made up to show the chart.",
        "Exemple : chiffres inventés pour montrer le graphique.",
    ),
)
FLOOR = Money(16_600_000, "CAD")


def here() -> list[Cell]:
    """Make up what an instance measured."""
    made = [band_of("CAN-ANNOT", 32), band_of("CAN-VERIF", 12)]
    exact = {CellMeasure.HOURS: "1840", CellMeasure.COVERED: "1", CellMeasure.TRAINING: "35.2"}
    made += [
        Cell("CAN-ANNOT", measure, Where.HERE, CellState.EXACT, Decimal(value))
        for measure, value in exact.items()
    ]
    made.append(
        Cell(
            "CAN-ANNOT",
            CellMeasure.PAY_BY_HOUR,
            Where.HERE,
            CellState.ESTIMATED,
            Decimal("16.98"),
            Decimal("16.71"),
            Decimal("17.32"),
        )
    )
    return made


def pay() -> tuple[list[float], list[float]]:
    rng = np.random.default_rng(4)
    return rng.lognormal(2.85, 0.22, 60).tolist(), rng.gamma(1.5, 12, 60).tolist()


def spread() -> PayDistribution:
    rates, hours = pay()
    found = weighted(rates, hours, 16.60)
    worked, under = sum(hours), [r < 16.60 for r in rates]
    missing = sum((16.60 - r) * h for r, h in zip(rates, hours, strict=True) if r < 16.60)
    by_hour = ratio_interval([float(u) for u in under], hours, np.random.default_rng(0))
    assert by_hour.value == found.under_by_hour or abs(by_hour.value - found.under_by_hour) < 1e-9
    return PayDistribution(steps(rates, hours), share(sum(under), 60), by_hour, missing / worked)


def periods() -> list[Period]:
    made = [
        (0, 0, 0, 0, 900, ""),
        (0, 0, 540, 160, 300, "v1"),
        (310, 110, 310, 120, 250, ""),
        (580, 120, 110, 60, 130, "v2"),
    ]
    names = ("2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3")
    order = (
        DecisionOutcome.UNTOUCHED,
        DecisionOutcome.AUDITED,
        DecisionOutcome.ACCEPTED,
        DecisionOutcome.CORRECTED,
        DecisionOutcome.HUMAN,
    )
    return [
        Period(name, shares_of(dict(zip(order, counts[:5], strict=True))), str(counts[5]))
        for name, counts in zip(names, made, strict=True)
    ]


def gestures() -> list[ReleaseFigure]:
    """Make up the material of four projects, for clients of two countries and an unknown one."""
    captchas = DeclaredGesture("captcha_image", (5_139, 28_611))
    materials = [
        ProjectMaterial("CA", is_declared=True, gestures=[captchas]),
        ProjectMaterial("FR", is_declared=True, gestures=[captchas, captchas]),
        ProjectMaterial("FR", is_declared=True, gestures=[DeclaredGesture("comment", None)]),
        ProjectMaterial("UNKNOWN", is_declared=False),
    ]
    published = [
        ReleaseFigure("place.ALL.hours", Unit.HOURS, CellState.EXACT, Decimal("100.6")),
        *(
            ReleaseFigure(
                f"client.CA-QC.{client}", Unit.HOURS, CellState.EXACT, Decimal(hours),
                of=Dimensions("CA-QC", client),
            )
            for client, hours in (("CA", "58.0"), ("FR", "42.6"))
        ),
    ]  # fmt: skip
    return gesture_figures(materials, published)


def charts(language: str) -> list[PortraitChart]:
    """Draw every chart once."""
    occupations = {one.key: one.label for one in ROWS}
    lines = [
        PayLine(
            occupations["CAN-ANNOT"],
            IntervalEstimate(18.2, 17.9, 18.5),
            IntervalEstimate(16.98, 16.71, 17.32),
        ),
        PayLine(
            occupations["CAN-VERIF"],
            IntervalEstimate(18.0, 17.2, 18.9),
            IntervalEstimate(15.0, 13.9, 16.2),
        ),
        PayLine(
            occupations["CAN-TRANSC"],
            IntervalEstimate(14.1, 12.7, 15.5),
            IntervalEstimate(12.93, 10.29, 15.58),
        ),
        PayLine(occupations["CAN-MODER"], None, None),
        PayLine(occupations["CAN-IMIT"], None, None),
    ]
    minutes = {
        TimeUse.PAID: 41.5,
        TimeUse.SEARCH: 6.2,
        TimeUse.WAITING: 3.1,
        TimeUse.READING: 4.0,
        TimeUse.REJECTED: 2.4,
        TimeUse.TRAINING: 1.8,
        TimeUse.BREAKS: 1.0,
    }
    versions = [
        Version("v1", 3000, 14.4, 2.1),
        Version("v2", 7000, 19.542857, 10.285714),
        Version("foreign-base", 1200, None, 4.0),
        Version("v3", 90_000, 1.6, 0.24),
    ]
    links = [
        Link(
            Text("Atelier Nord", "Atelier Nord"), Text("integrator", "intégration"), "CA", money(12)
        ),
        Link(Text("Third party", "Tiers"), Text("subcontractor", "sous-traitance"), "LU", None),
        Link(Text("Canut", "Canut"), Text("instance", "instance"), "CA", money(6)),
        Link(
            Text("People who label", "Personnes qui étiquettent"),
            Text("work", "travail"),
            "CA-QC",
            money(58),
            is_workers=True,
        ),
    ]
    places = [
        PlaceLine(
            "CA-QC", 60.2, IntervalEstimate(24.8, 24.1, 25.6), FLOOR, 16.6,
            [("CA", 58.0), ("FR", 2.2)],
        ),
        PlaceLine(
            "KE-30", 16.9, IntervalEstimate(*[24.2] * 3), Money(92_520_000, "KES"), 0.99,
            [("CA", None), ("UNKNOWN", None)],
        ),
        PlaceLine("OTHER", None, None, None, None, [], is_hidden=True),
        PlaceLine("ALL", 100.6, IntervalEstimate(24.7, 24.2, 25.1), None, None, []),
    ]  # fmt: skip
    schemes = [
        Scheme(Text("Pension (QPP)", "Rente (RRQ)"), 1.0),
        Scheme(Text("Parental insurance (QPIP)", "Assurance parentale (RQAP)"), 1.0),
        Scheme(Text("Employment insurance", "Assurance-emploi"), 0.62),
        Scheme(Text("Work accidents (CNESST)", "Accidents du travail (CNESST)"), 1.0),
        Scheme(Text("Pension, first part", "Rente, première part"), 0.0, 1.0, "CA-QC"),
        Scheme(Text("No known scheme", "Aucun régime connu"), 1.0, None, "KE-30", is_none=True),
        Scheme(Text("Supplementary health", "Assurance complémentaire"), None),
    ]
    return [
        three_rings(rings(ROWS, FACTS, band_of("ALL", 41)), ROWS, language),
        draw_visibility(shipped_terms(), language),
        same_table(table(ROWS, FACTS, here()), FACTS, language),
        real_pay(lines, FLOOR, ABOUT, language),
        distribution(spread(), FLOOR, ABOUT, language),
        unseen_time(minutes, ABOUT, language),
        unpaid_gestures(Figures(gestures()), ABOUT, language),
        draw_decision_shares(periods(), ABOUT._replace(is_simulated=True), language),
        hidden_seconds(versions, ABOUT, language),
        chain(money(100), links, ABOUT, language),
        hours_by_place(places, ABOUT, "CAD", language),
        protection(schemes, ABOUT, language),
    ]


def money(dollars: int) -> Money:
    return Money(dollars * 1_000_000, "CAD")
