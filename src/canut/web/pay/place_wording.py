"""What the parameters of places are called, and how their values are written, for people."""

from decimal import Decimal

from babel.numbers import format_decimal, format_percent
from django.utils.translation import gettext_lazy as _

from canut.store.pay.places import InForce
from canut.web.kit.formatting import MICRO, locale, price

PERIODS = {
    "hour": _("an hour"),
    "day": _("a day"),
    "month": _("a month"),
    "year": _("a year"),
}

NAMES = {
    "minimum_wage.general": _("Minimum wage"),
    "living_wage.general": _("Living wage"),
    "cnesst.average_rate": _("Work accidents (CNESST), average rate"),
    "cnesst.max": _("Work accidents (CNESST), most a year"),
    "cnt.max": _("Labour standards, most a year"),
    "cnt.rate": _("Labour standards, rate"),
    "ei.employer_times": _("Employment insurance, the employer’s part in times the employee’s"),
    "ei.mie": _("Employment insurance, most a year"),
    "ei.rate_employee": _("Employment insurance, the employee’s rate"),
    "holiday.share": _("Holidays, share of four weeks’ pay"),
    "hsf.intercept": _("Health services, middle payrolls, fixed part"),
    "hsf.payroll_high": _("Health services, large payrolls from"),
    "hsf.payroll_low": _("Health services, small payrolls up to"),
    "hsf.rate_high": _("Health services, rate of large payrolls"),
    "hsf.rate_low": _("Health services, rate of small payrolls"),
    "hsf.slope_per_million": _("Health services, middle payrolls, part for each million"),
    "qpip.max": _("Parental insurance, most a year"),
    "qpip.rate_employee": _("Parental insurance, the employee’s rate"),
    "qpip.rate_employer": _("Parental insurance, the employer’s rate"),
    "qpip.rate_self_employed": _("Parental insurance, rate of the self-employed"),
    "qpp.exemption": _("Pension plan, exemption a year"),
    "qpp.rate_add1": _("Pension plan, first additional rate"),
    "qpp.rate_add2": _("Pension plan, second additional rate"),
    "qpp.rate_base": _("Pension plan, base rate"),
    "qpp.yampe": _("Pension plan, second ceiling a year"),
    "qpp.ympe": _("Pension plan, first ceiling a year"),
    "vacation.rate": _("Vacation pay"),
    "vacation.rate_from_years": _("Vacation pay after some years"),
    "vacation.years": _("Years until vacation pay rises"),
}


def parameter_name(name: str) -> str:
    """Return what a parameter is called; its own name where nobody gave it another."""
    return str(NAMES.get(name, name))


def value_in_words(one: InForce) -> str:
    """Write a value with every decimal it has: ``16,60 $ l’heure``, ``5,3 %``, ``1,4``."""
    value = one.entry.value if one.entry and one.entry.value is not None else Decimal(0)
    return in_words(value, one.parameter.unit)


def in_words(value: Decimal, given: str) -> str:
    """Write a value with its unit: ``CAD/hour``, ``ratio``, or a plain number."""
    unit, _slash, period = given.partition("/")
    if period in PERIODS:
        return f"{price(int(value * MICRO), unit)} {PERIODS[period]}"
    if unit == "ratio" and value < 1:
        return format_percent(
            value,
            format="#,##0.####\u00a0%" if locale() == "fr_CA" else "#,##0.####%",
            locale=locale(),
        )
    return format_decimal(value, format="#,##0.####", locale=locale())
