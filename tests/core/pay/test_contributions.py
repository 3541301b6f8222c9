"""Published maxima and measured vectors; a year begun must be told; what is unknown refuses."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.errors import BadInput, Incomplete
from canut.core.money import Money, rounded_up
from canut.core.pay.contributions import (
    Contribution,
    Employer,
    Payment,
    contributions_of,
    holiday,
    vacation,
)
from canut.core.places.parameters import Status
from canut.core.places.reader import shipped_places

PLACES = shipped_places()
SMALL = Employer(Money(500_000_000_000, "CAD"))
OWN_RATE = Employer(Money(500_000_000_000, "CAD"), {"cnesst.average_rate": Decimal("0.0150")})
NOTHING = Money(0, "CAD")


def cad(amount: str) -> Money:
    return Money(int(Decimal(amount) * 1_000_000), "CAD")


def pay(
    gross: str,
    *,
    year: int = 2026,
    status: Status = Status.EMPLOYEE,
    periods: int = 26,
    before: str = "0",
    contributed: dict[str, Money] | None = None,
    employer: Employer = OWN_RATE,
    place: str = "CA-QC",
) -> dict[str, Contribution]:
    payment = Payment(
        place, date(year, 6, 15), status, cad(gross), periods, cad(before), contributed or {}
    )
    return {line.key: line for line in contributions_of(PLACES, payment, employer)}


@pytest.mark.parametrize(
    ("key", "year", "published"),
    [
        ("qpp/employee", 2024, "4160.00"),
        ("qpp/employee", 2025, "4339.20"),
        ("qpp/employee", 2026, "4479.30"),
        ("qpp2/employee", 2024, "188"),
        ("qpp2/employee", 2025, "396"),
        ("qpp2/employee", 2026, "416"),
        ("ei/employee", 2024, "834.24"),
        ("ei/employee", 2025, "860.67"),
        ("ei/employee", 2026, "895.70"),
        ("qpip/employee", 2024, "464.36"),
        ("qpip/employee", 2025, "484.12"),
        ("qpip/employee", 2026, "442.90"),
        ("qpip/employer", 2024, "650.48"),
        ("qpip/employer", 2025, "678.16"),
        ("qpip/employer", 2026, "620.06"),
        ("qpp/employer", 2026, "4479.30"),
        ("ei/employer", 2026, "1253.98"),
    ],
)
def test_a_high_salary_contributes_the_published_maximum(
    key: str, year: int, published: str
) -> None:
    lines = pay("200000", year=year, periods=1)

    assert lines[key].amount == lines[key].maximum == cad(published)


def test_self_employed_people_carry_both_shares_of_the_pension() -> None:
    lines = pay("200000", status=Status.SELF_EMPLOYED, periods=1)

    assert {key: line.amount for key, line in lines.items()} == {
        "qpp/self_employed": cad("8958.60"),
        "qpp2/self_employed": cad("832"),
        "qpip/self_employed": cad("786.92"),
    }


def test_an_hour_at_the_minimum_costs_its_employer_1_158_times_the_minimum() -> None:
    wages = cad("1328.00")
    gross = wages + vacation(PLACES, "CA-QC", date(2026, 6, 15), wages, years_of_service=0)

    lines = pay(str(gross.decimal), employer=SMALL)

    assert gross == cad("1381.12")
    assert lines["qpp/employee"].amount == cad("78.53")
    assert lines["ei/employee"].amount == cad("17.95")
    assert lines["qpip/employee"].amount == cad("5.94")
    employer = sum(line.amount.decimal for line in lines.values() if line.payer == "employer")
    assert employer == Decimal("156.87")
    an_hour = ((gross.decimal + employer) / 80).quantize(Decimal("0.01"))
    assert an_hour == Decimal("19.22")
    assert (an_hour / Decimal("16.60")).quantize(Decimal("0.001")) == Decimal("1.158")


def test_the_yearly_exemption_is_spread_over_the_pays_of_the_year() -> None:
    line = pay("1000", periods=26)["qpp/employee"]

    assert line.base == cad("865.39")
    assert line.amount == cad("54.52")


def test_a_small_pay_under_its_exemption_contributes_nothing_to_the_pension() -> None:
    line = pay("100", periods=26)["qpp/employee"]

    assert line.amount == NOTHING


def test_a_maximum_may_be_reached_inside_a_pay() -> None:
    line = pay(
        "3000",
        before="68000",
        contributed=dict.fromkeys(KEYS, NOTHING) | {"ei/employee": cad("884.00")},
    )["ei/employee"]

    assert line.amount == cad("11.70")


def test_the_second_pension_begins_inside_the_pay_that_passes_the_first_ceiling() -> None:
    line = pay("3000", before="73000", contributed=dict.fromkeys(KEYS, NOTHING))["qpp2/employee"]

    assert line.base == cad("1400")
    assert line.amount == cad("56")


def test_what_is_over_the_maximum_already_asks_nothing_more() -> None:
    lines = pay("3000", before="100000", contributed=dict.fromkeys(KEYS, cad("99999")))

    assert all(lines[key].amount == NOTHING for key in KEYS)


def test_a_year_that_has_begun_must_say_what_was_contributed() -> None:
    with pytest.raises(Incomplete) as refusal:
        pay("3000", before="10000")

    assert refusal.value.case == "year-to-date-unknown"


@given(gross=st.decimals("0", "9000", places=2))
def test_a_year_of_equal_pays_never_passes_a_maximum_and_reaches_it_when_rich(
    gross: Decimal,
) -> None:
    total = dict.fromkeys(KEYS, NOTHING)
    last: dict[str, Contribution] = {}

    for index in range(26):
        last = pay(str(gross), before=str(gross * index), contributed=total)
        total = {key: total[key] + last[key].amount for key in KEYS}

    for key in KEYS:
        maximum = last[key].maximum
        assert maximum is not None
        assert total[key] <= maximum
        if gross * 26 > 104_000:
            assert total[key] == maximum


def test_vacation_is_four_percent_then_six() -> None:
    day = date(2026, 6, 15)

    earned = [vacation(PLACES, "CA-QC", day, cad("25600"), years) for years in (0, 2, 3)]

    assert earned == [cad("1024"), cad("1024"), cad("1536")]


def test_a_holiday_is_a_twentieth_of_four_weeks() -> None:
    indemnity = holiday(PLACES, "CA-QC", date(2026, 6, 24), cad("2656.01"))

    assert indemnity == cad("132.81")


def test_a_pay_of_2027_refuses_until_its_rates_are_added() -> None:
    with pytest.raises(Incomplete, match=r"qpp.*CA-QC.*2027-06-15.*read the source") as refusal:
        pay("1000", year=2027)

    assert refusal.value.case == "parameter-expired"


def test_the_unknown_average_of_2025_asks_for_the_employers_own_rate() -> None:
    with pytest.raises(Incomplete, match=r"cnesst.average_rate.*2025.*own rate") as refusal:
        pay("1000", year=2025, employer=SMALL)

    assert refusal.value.case == "parameter-unknown"


def test_the_employers_own_rate_comes_before_the_average() -> None:
    line = pay("1000", employer=OWN_RATE)["cnesst/employer"]

    assert line.amount == cad("15")


@pytest.mark.parametrize(
    ("payroll", "percent"),
    [
        ("1000000", "0.0165"),
        ("2000000", "0.0203"),
        ("7800000", "0.0426"),
        ("50000000", "0.0426"),
    ],
)
def test_the_health_fund_grows_with_the_payroll(payroll: str, percent: str) -> None:
    line = pay("1000", employer=Employer(cad(payroll)))["hsf/employer"]

    assert line.rate == Decimal(percent)


def test_the_health_fund_of_a_large_payroll_in_2024_is_unknown_not_zero() -> None:
    with pytest.raises(Incomplete) as refusal:
        pay("1000", year=2024, employer=Employer(cad("2000000")))

    assert refusal.value.facts["parameter"] == "hsf.payroll_high"


def test_without_the_payroll_the_health_fund_refuses() -> None:
    with pytest.raises(Incomplete) as refusal:
        pay("1000", employer=Employer())

    assert refusal.value.case == "payroll-unknown"


@pytest.mark.parametrize("status", [Status.VOLUNTEER, Status.OWN_STAFF])
def test_who_is_not_paid_here_contributes_nothing_here(status: Status) -> None:
    lines = pay("0", status=status)

    assert not lines


def test_an_employee_of_a_place_without_contributions_cannot_be_paid() -> None:
    with pytest.raises(Incomplete, match=r"FR.*not described") as refusal:
        pay("1000", place="FR")

    assert refusal.value.case == "contributions-unknown"


def test_self_employed_people_there_are_told_what_is_not_computed() -> None:
    lines = pay("1000", place="MG", status=Status.SELF_EMPLOYED)

    assert not lines
    assert {one.key for one in PLACES.not_computed("MG")} == {"contributions", "income_tax"}


def test_quebec_says_that_no_income_tax_is_computed() -> None:
    left_out = {one.key: (one.en, one.fr) for one in PLACES.not_computed("CA-QC")}

    assert left_out["income_tax_quebec"] == ("Quebec income tax", "impôt du Québec")
    assert "income_tax_federal" in left_out


def test_a_line_keeps_all_it_rests_on() -> None:
    line = pay("1000")["ei/employer"]

    assert {one.name: one.value for one in line.known} == {
        "ei.rate_employee": Decimal("0.0130"),
        "ei.employer_times": Decimal("1.4"),
        "ei.mie": Decimal(68900),
    }
    assert all(len(one.sha256) == 64 and one.source.title for one in line.known)


def test_a_pay_in_another_currency_is_refused() -> None:
    euros = Payment("CA-QC", date(2026, 6, 15), Status.EMPLOYEE, Money(1, "EUR"), 26, NOTHING)

    with pytest.raises(BadInput, match="EUR"):
        contributions_of(PLACES, euros, SMALL)


def test_a_pay_below_zero_is_refused() -> None:
    with pytest.raises(BadInput) as refusal:
        pay("-1")

    assert refusal.value.case == "bad-payment"


def test_vacation_is_rounded_for_the_worker() -> None:
    earned = vacation(PLACES, "CA-QC", date(2026, 6, 15), cad("0.10"), 0)

    assert earned == rounded_up(cad("0.004")) == cad("0.01")


KEYS = [
    f"{name}/{payer}"
    for payer in ("employee", "employer")
    for name in ("qpp", "qpp2", "qpip", "ei")
] + ["cnt/employer", "cnesst/employer"]
