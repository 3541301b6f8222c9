"""Contributions of any place by its file: by the month or the pay, on a share, in steps."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.errors import BadFile, BadInput, Incomplete
from canut.core.money import Money
from canut.core.pay.contributions import Contribution, Employer, Payment, contributions_of
from canut.core.pay.employment.span_contributions import Span, reckon
from canut.core.pay.payable import check_payable, needed_parameters
from canut.core.pay.required_funds import highest_rate
from canut.core.places.parameters import ContributionRule, Places, Status
from canut.core.places.reader import check_rules, read_place, shipped_places

PLACES = shipped_places()
DAY = date(2026, 6, 15)
COIN = Decimal("0.01")
KENYA = Places(
    {
        code: replace(rules, not_payable=()) if code == "KE" else rules
        for code, rules in PLACES.by_code.items()
    }
)
"""Kenya as if it could be paid: its contributions are described, though not all are confirmed."""

FILE = """
schema: canut.labour-params/1
jurisdiction: FR
currency: EUR
sources:
  S1: {title: "A law", url: "https://example.org/law", kind: official, read: 2026-11-25}
params:
  minimum_wage.general:
    unit: EUR/hour
    values: [{from: 2026-01-01, value: "12", src: S1, confidence: official}]
    review_by: 2026-12-01
    hard_stop: 2027-01-01
  levy.cap:
    unit: EUR/UNIT
    values: [{from: 2026-01-01, value: "100", src: S1, confidence: official}]
    review_by: 2026-12-01
    hard_stop: 2027-01-01
  levy.rate:
    unit: ratio
    values: [{from: 2026-01-01, value: "0.1", src: S1, confidence: official}]
    review_by: 2026-12-01
    hard_stop: 2027-01-01
contributions:
  - RULE
"""


def kes(amount: str) -> Money:
    return Money(int(Decimal(amount) * 1_000_000), "KES")


def pay_in_kenya(gross: str, periods: int = 12) -> dict[str, Contribution]:
    payment = Payment("KE-30", DAY, Status.EMPLOYEE, kes(gross), periods, kes("0"))
    return {line.key: line for line in contributions_of(KENYA, payment, Employer())}


@pytest.mark.parametrize(
    ("gross", "first", "second"),
    [
        ("9000", "540", "0"),
        ("15000", "540", "360"),
        ("50000", "540", "2460"),
        ("80000", "540", "4260"),
        ("108000", "540", "5940"),
        ("300000", "540", "5940"),
    ],
)
def test_pension_of_kenya_is_that_of_the_fund(gross: str, first: str, second: str) -> None:
    lines = pay_in_kenya(gross)

    for payer in ("employee", "employer"):
        assert lines[f"nssf1/{payer}"].amount == kes(first)
        assert lines[f"nssf2/{payer}"].amount == kes(second)


def test_least_of_a_month_holds_in_proportion_for_half_a_month() -> None:
    assert pay_in_kenya("1000")["shif/employee"].amount == kes("300")
    assert pay_in_kenya("1000", periods=24)["shif/employee"].amount == kes("150")
    assert pay_in_kenya("20000")["shif/employee"].amount == kes("550")
    assert pay_in_kenya("0")["shif/employee"].amount == kes("0")


def test_employee_in_kenya_and_in_france_waits_for_what_is_not_confirmed() -> None:
    for code, currency in (("KE-30", "KES"), ("FR", "EUR")):
        payment = Payment(code, DAY, Status.EMPLOYEE, Money(1, currency), 12, Money(0, currency))
        with pytest.raises(Incomplete) as refusal:
            contributions_of(PLACES, payment, Employer())
        assert refusal.value.case == "contributions-unknown"


def test_micro_entrepreneur_in_france_reads_what_to_put_aside() -> None:
    thousand = Money(1_000_000_000, "EUR")
    payment = Payment("FR", DAY, Status.SELF_EMPLOYED, thousand, 26, Money(0, "EUR"))

    (line,) = contributions_of(PLACES, payment, Employer())

    assert (line.key, line.amount) == ("micro_social/self_employed", Money(256_000_000, "EUR"))
    assert line.known[0].confidence.value == "secondary"


STEPS = ContributionRule(
    "tax",
    {"employee": ()},
    relief="relief",
    per="month",
    steps=(("r1", "t1"), ("r2", "t2"), ("r3", "")),
)
VALUES = {
    name: Decimal(value)
    for name, value in {
        "r1": "0.1",
        "t1": "24000",
        "r2": "0.25",
        "t2": "32333",
        "r3": "0.3",
        "relief": "2400",
        "share": "0.9825",
        "rate": "0.1",
    }.items()
}


def reckoned(rule: ContributionRule, gross: str, before: str = "0", periods: int = 12) -> Decimal:
    span = Span(Decimal(gross), Decimal(before), periods, COIN)
    return reckon(rule, VALUES["rate"], Decimal(1), span, VALUES.__getitem__).amount


@pytest.mark.parametrize(
    ("gross", "owed"),
    [("24000", "0"), ("20000", "0"), ("32333", "2083.25"), ("50000", "7383.35")],
)
def test_steps_grow_with_the_pay_and_relief_is_taken_off(gross: str, owed: str) -> None:
    assert reckoned(STEPS, gross) == Decimal(owed)


def test_share_of_the_pay_counts() -> None:
    rule = ContributionRule("levy", {"employee": ("rate",)}, base="share", per="pay")

    assert reckoned(rule, "1000") == Decimal("98.25")


@given(st.lists(st.integers(0, 5_000), min_size=1, max_size=12))
def test_pays_of_a_year_add_up_to_the_year_at_once(pays: list[int]) -> None:
    rule = replace(STEPS, per="year", cap="t2", relief="")
    total, before = Decimal(0), 0

    for pay in pays:
        total += reckoned(rule, str(pay), str(before))
        before += pay

    assert total == reckoned(rule, str(before))


@given(gross=st.integers(0, 400_000), more=st.integers(0, 10_000))
def test_more_pay_never_owes_less(gross: int, more: int) -> None:
    assert reckoned(STEPS, str(gross + more)) >= reckoned(STEPS, str(gross))


def read(rule: str, unit: str = "month") -> Places:
    text = FILE.replace("RULE", rule).replace("UNIT", unit)
    places = Places({"FR": read_place("FR.yaml", text.encode())})
    check_rules(places)
    return places


def test_place_of_an_operator_may_describe_its_own_contributions() -> None:
    payers = "{employer: [levy.rate], employee: [levy.rate]}"
    places = read(f"{{id: levy, per: month, cap: levy.cap, rates: {payers}}}")
    money = Money(80_000_000, "EUR")
    payment = Payment("FR", DAY, Status.EMPLOYEE, money, 24, Money(0, "EUR"))

    lines = contributions_of(places, payment, Employer())

    assert {line.amount for line in lines} == {Money(5_000_000, "EUR")}
    check_payable(places, "FR", Status.EMPLOYEE, "EUR", DAY)
    assert highest_rate(places, ["FR"], DAY) > 0
    assert needed_parameters(places, "FR", Status.EMPLOYEE) == {
        "minimum_wage.general",
        "levy.cap",
        "levy.rate",
    }
    assert needed_parameters(places, "FR", Status.SELF_EMPLOYED) == {"minimum_wage.general"}


@pytest.mark.parametrize(
    ("rule", "unit", "words"),
    [
        ("{id: levy, per: week, rates: {}}", "month", "per is 'week'"),
        ("{id: levy, cap: levy.cap, rates: {}}", "month", "an amount a year"),
        (
            "{id: levy, rates: {}, steps: [{rate: levy.rate, up_to: levy.cap}]}",
            "year",
            "but the last",
        ),
    ],
)
def test_contribution_that_contradicts_itself_is_refused(rule: str, unit: str, words: str) -> None:
    with pytest.raises(BadFile, match=words):
        read(rule, unit)


@pytest.mark.parametrize(
    ("code", "status", "currency", "case"),
    [
        ("FR", Status.EMPLOYEE, "EUR", "status-unpayable"),
        ("KE-30", Status.EMPLOYEE, "KES", "status-unpayable"),
        ("US-CA", Status.EMPLOYEE, "USD", "status-unpayable"),
        ("CA", Status.SELF_EMPLOYED, "CAD", "place-floorless"),
        ("XX", Status.SELF_EMPLOYED, "", "place-unknown"),
        ("CA-QC", Status.EMPLOYEE, "EUR", "currencies-differ"),
    ],
)
def test_who_cannot_be_paid_is_refused_before_the_work(
    code: str, status: Status, currency: str, case: str
) -> None:
    with pytest.raises((BadInput, Incomplete)) as refusal:
        check_payable(PLACES, code, status, currency, DAY)

    assert refusal.value.case == case


@pytest.mark.parametrize(
    ("code", "status", "currency"),
    [
        ("FR", Status.VOLUNTEER, "CAD"),
        ("XX", Status.OWN_STAFF, ""),
        ("FR", Status.SELF_EMPLOYED, "CAD"),
        ("CA-QC", Status.EMPLOYEE, "CAD"),
        ("CA-QC", Status.EMPLOYEE, ""),
    ],
)
def test_who_can_be_paid_passes_also_where_a_value_has_ended(
    code: str, status: Status, currency: str
) -> None:
    for day in (DAY, date(2029, 1, 1)):
        check_payable(PLACES, code, status, currency, day)
