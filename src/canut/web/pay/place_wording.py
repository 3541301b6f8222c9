"""Names and formatted values of jurisdiction parameters, for people."""

from collections.abc import Sequence
from decimal import Decimal

from babel.numbers import format_decimal, format_percent
from django.utils.translation import get_language

from canut.core.messages import FALLBACK
from canut.core.operations.finding_texts import scheme_words as words_of_schemes
from canut.store.pay.places import InForce
from canut.web.kit.formatting import MICRO, locale, price
from canut.web.kit.messages import lazy_message

PERIODS = {
    "hour": lazy_message("page.place_wording.an_hour"),
    "pay": lazy_message("page.place_wording.a_pay"),
    "day": lazy_message("page.place_wording.a_day"),
    "month": lazy_message("page.place_wording.a_month"),
    "year": lazy_message("page.place_wording.a_year"),
}

NAMES = {
    "housing_levy.rate": lazy_message("page.place_wording.housing_levy_rate"),
    "micro_social.rate": lazy_message("page.place_wording.micro_social_rate"),
    "minimum_wage.general": lazy_message("page.place_wording.minimum_wage"),
    "living_wage.general": lazy_message("page.place_wording.living_wage"),
    "cnesst.average_rate": lazy_message("page.place_wording.work_accidents_cnesst_average"),
    "cnesst.max": lazy_message("page.place_wording.work_accidents_cnesst_most"),
    "cnt.max": lazy_message("page.place_wording.labour_standards_most"),
    "cnt.rate": lazy_message("page.place_wording.labour_standards_rate"),
    "ei.employer_times": lazy_message("page.place_wording.employment_insurance_the_employers"),
    "ei.mie": lazy_message("page.place_wording.employment_insurance_most"),
    "ei.rate_employee": lazy_message("page.place_wording.employment_insurance_the_employees"),
    "holiday.share": lazy_message("page.place_wording.holidays_share_of_four"),
    "hsf.intercept": lazy_message("page.place_wording.health_services_middle_payrolls"),
    "hsf.payroll_high": lazy_message("page.place_wording.health_services_large_payrolls"),
    "hsf.payroll_low": lazy_message("page.place_wording.health_services_small_payrolls"),
    "hsf.rate_high": lazy_message("page.place_wording.health_services_rate"),
    "hsf.rate_low": lazy_message("page.place_wording.health_services_rate_of_small"),
    "hsf.slope_per_million": lazy_message(
        "page.place_wording.health_services_middle_payrolls_part"
    ),
    "nssf.lower": lazy_message("page.place_wording.nssf_lower"),
    "nssf.rate": lazy_message("page.place_wording.nssf_rate"),
    "nssf.upper": lazy_message("page.place_wording.nssf_upper"),
    "overtime.times": lazy_message("page.place_wording.overtime_times"),
    "overtime.week_hours": lazy_message("page.place_wording.overtime_hours"),
    "qpip.max": lazy_message("page.place_wording.parental_insurance_most"),
    "qpip.rate_employee": lazy_message("page.place_wording.parental_insurance_the_employees"),
    "qpip.rate_employer": lazy_message("page.place_wording.parental_insurance_the_employers"),
    "qpip.rate_self_employed": lazy_message("page.place_wording.parental_insurance_rate"),
    "qpp.exemption": lazy_message("page.place_wording.pension_plan_exemption"),
    "qpp.rate_add1": lazy_message("page.place_wording.pension_plan_first_additional"),
    "qpp.rate_add2": lazy_message("page.place_wording.pension_plan_second_additional"),
    "qpp.rate_base": lazy_message("page.place_wording.pension_plan_base_rate"),
    "qpp.yampe": lazy_message("page.place_wording.pension_plan_second_ceiling"),
    "qpp.ympe": lazy_message("page.place_wording.pension_plan_first_ceiling"),
    "shif.least": lazy_message("page.place_wording.shif_least"),
    "shif.rate": lazy_message("page.place_wording.shif_rate"),
    "vacation.rate": lazy_message("page.place_wording.vacation_pay"),
    "vacation.rate_from_years": lazy_message("page.place_wording.vacation_pay_after_some"),
    "vacation.years": lazy_message("page.place_wording.years_until_vacation_pay"),
}


def parameter_name(name: str) -> str:
    """Return the display name of a parameter; its own name if it has none."""
    return str(NAMES.get(name, name))


def scheme_words(schemes: Sequence[str]) -> str:
    """Name the contributions and minimums that legal values belong to, in the page's language."""
    return words_of_schemes(schemes, (get_language() or FALLBACK)[:2])


def value_in_words(parameter: InForce) -> str:
    """Format a value with all its decimals: ``16,60 $ l’heure``, ``5,3 %``, ``1,4``."""
    value = (
        parameter.entry.value
        if parameter.entry and parameter.entry.value is not None
        else Decimal(0)
    )
    return in_words(value, parameter.parameter.unit)


def in_words(value: Decimal, unit_text: str) -> str:
    """Format a value with its unit: ``CAD/hour``, ``ratio``, or a plain number."""
    unit, _slash, period = unit_text.partition("/")
    if period in PERIODS:
        return f"{price(int(value * MICRO), unit)} {PERIODS[period]}"
    if unit == "ratio" and value < 1:
        return format_percent(
            value,
            format="#,##0.####\u00a0%" if locale() == "fr_CA" else "#,##0.####%",
            locale=locale(),
        )
    return format_decimal(value, format="#,##0.####", locale=locale())
