"""The highest of four rules binds, and the floor says which."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from canut.core.errors import BadInput, Incomplete
from canut.core.money import Money
from canut.core.pay.floor import Bound, Exchange, Floor, FloorPolicy, floor_on
from canut.core.places.parameters import Places, Status, ValueConfidence
from canut.core.places.reader import read_place, shipped_places

PLACES = shipped_places()
NOVEMBER = date(2026, 11, 25)


def floor(
    place: str,
    *,
    day: date = NOVEMBER,
    status: Status = Status.EMPLOYEE,
    policy: FloorPolicy | None = None,
) -> Floor:
    own = FloorPolicy(PLACES.chain(place)[0].currency)
    return floor_on(PLACES, place, day, status, policy or own)


def money(text: str, currency: str = "CAD") -> Money:
    return Money(int(Decimal(text) * 1_000_000), currency)


@pytest.mark.parametrize(
    ("place", "day", "an_hour"),
    [
        ("CA-QC", date(2025, 4, 30), "15.75"),
        ("CA-QC", date(2025, 5, 1), "16.10"),
        ("CA-QC", date(2026, 4, 30), "16.10"),
        ("CA-QC", date(2026, 5, 1), "16.60"),
        ("FR", date(2026, 5, 31), "12.02"),
        ("FR", date(2026, 6, 1), "12.31"),
        ("US", NOVEMBER, "7.25"),
        ("US-CA", NOVEMBER, "16.90"),
        ("US-WA", NOVEMBER, "17.13"),
        ("US-NY", NOVEMBER, "17.00"),
        ("US-FL", NOVEMBER, "15.00"),
        ("PH-00", NOVEMBER, "86.875"),
        ("KE-30", NOVEMBER, "82.634616"),
        ("MG", NOVEMBER, "1730.802516"),
        ("IN", NOVEMBER, "22"),
    ],
)
def test_the_legal_minimum_of_a_place_and_day_binds_alone(
    place: str, day: date, an_hour: str
) -> None:
    found = floor(place, day=day)

    assert found.per_hour == money(an_hour, PLACES.chain(place)[0].currency)
    assert (found.bound, found.is_law) == (Bound.LEGAL, True)


@pytest.mark.parametrize(
    ("project", "operator", "bound", "an_hour"),
    [
        ("16.59", "16.00", Bound.LEGAL, "16.60"),
        ("16.60", "16.60", Bound.LEGAL, "16.60"),
        ("18.00", "16.00", Bound.PROJECT, "18.00"),
        ("18.00", "20.00", Bound.OPERATOR, "20.00"),
    ],
)
def test_the_highest_rule_binds_and_is_named(
    project: str, operator: str, bound: Bound, an_hour: str
) -> None:
    found = floor("CA-QC", policy=FloorPolicy("CAD", money(project), money(operator)))

    assert (found.bound, found.per_hour) == (bound, money(an_hour))
    assert set(found.candidates) == {Bound.LEGAL, Bound.PROJECT, Bound.OPERATOR}


def test_a_known_living_floor_stands_over_a_minimum_that_protects_nobody() -> None:
    rate = Exchange(Decimal("0.0038"), NOVEMBER, "a bank of that day")

    found = floor("VE", policy=FloorPolicy("USD", exchange={"VES": rate}))

    assert (found.bound, found.per_hour) == (Bound.LIVING, Money(2_906_191, "USD"))
    assert [one.confidence for one in found.known] == [ValueConfidence.TO_VERIFY] * 2


def test_a_floor_is_brought_to_the_currency_of_pay_going_up() -> None:
    rate = Exchange(Decimal("0.000315"), NOVEMBER, "a bank of that day")

    found = floor("MG", policy=FloorPolicy("CAD", exchange={"MGA": rate}))

    assert found.per_hour == money("0.545203")


def test_without_a_rate_the_floor_is_refused_not_guessed() -> None:
    with pytest.raises(Incomplete, match="MGA and pay in CAD") as refusal:
        floor("MG", policy=FloorPolicy("CAD"))

    assert refusal.value.case == "exchange-unknown"


def test_a_rate_of_zero_is_refused() -> None:
    with pytest.raises(BadInput) as refusal:
        Exchange(Decimal(0), NOVEMBER, "nobody")

    assert refusal.value.case == "bad-exchange"


def test_self_employed_people_have_the_floor_too_and_it_says_it_is_ours() -> None:
    found = floor("CA-QC", status=Status.SELF_EMPLOYED)

    assert (found.per_hour, found.is_law) == (money("16.60"), False)


@pytest.mark.parametrize("status", [Status.VOLUNTEER, Status.OWN_STAFF])
def test_who_is_not_paid_here_has_no_floor_here(status: Status) -> None:
    found = floor_on(PLACES, "ZZ", NOVEMBER, status, FloorPolicy("CAD"))

    assert (found.per_hour, found.bound) == (money("0"), Bound.NONE)


@pytest.mark.parametrize(
    ("place", "day", "case"),
    [
        ("JP", NOVEMBER, "place-unknown"),
        ("CA-ON", NOVEMBER, "parameter-unknown"),
        ("US-TX", NOVEMBER, "parameter-unknown"),
        ("IN-KA", NOVEMBER, "parameter-unknown"),
        ("FR", date(2024, 12, 31), "parameter-unknown"),
        ("FR", date(2027, 1, 1), "parameter-expired"),
        ("CA-QC", date(2027, 5, 1), "parameter-expired"),
    ],
)
def test_an_unknown_or_expired_minimum_refuses_in_words(place: str, day: date, case: str) -> None:
    with pytest.raises(Incomplete, match=f"{place}.*(add|read)") as refusal:
        floor_on(PLACES, place, day, Status.EMPLOYEE, FloorPolicy("CAD"))

    assert refusal.value.case == case
    assert refusal.value.facts["place"] == place


@pytest.mark.parametrize("place", ["quebec", "ca-qc", "CA-", "CAN", ""])
def test_what_is_no_code_of_a_place_is_refused(place: str) -> None:
    with pytest.raises(BadInput) as refusal:
        floor_on(PLACES, place, NOVEMBER, Status.EMPLOYEE, FloorPolicy("CAD"))

    assert refusal.value.case == "bad-place"


def test_a_monthly_minimum_without_its_hours_refuses() -> None:
    file = Path(__file__).parents[3] / "src/canut/core/places/MG.yaml"
    text = file.read_text().replace("  month: ", "  day: ")
    places = Places({"MG": read_place("MG.yaml", text.encode())})

    with pytest.raises(Incomplete, match="unknown number of hours") as refusal:
        floor_on(places, "MG", NOVEMBER, Status.EMPLOYEE, FloorPolicy("MGA"))

    assert refusal.value.case == "hours-unknown"
