"""Texts of the refusals about pay."""

from django.utils.translation import gettext_noop

type Pair = tuple[str, str]

PAY: dict[str, Pair] = {
    "terms-missing": (
        gettext_noop("Somebody has no terms yet"),
        gettext_noop("%(people)s: set place and status on the page of terms. Nothing was closed."),
    ),
    "time-unmeasured": (
        gettext_noop("Somebody's time could not be measured"),
        gettext_noop(
            "%(people)s: no statement yet. Everybody else is paid. The log says what failed. Once"
            " that is mended, the next period pays this one too."
        ),
    ),
    "parameter-unknown": (
        gettext_noop("A figure of law is not known"),
        gettext_noop("%(parameter)s of %(place)s on %(day)s. Find its source and add it."),
    ),
    "parameter-expired": (
        gettext_noop("A figure of law is too old"),
        gettext_noop("%(parameter)s of %(place)s may not be used on %(day)s. Read its source."),
    ),
    "contributions-unknown": (
        gettext_noop("Contributions of this place are not described"),
        gettext_noop("No employee can be paid in %(place)s yet. Add its rates with sources."),
    ),
    "place-unknown": (
        gettext_noop("Nothing is known of this place"),
        gettext_noop("Add a file for %(place)s with its sources, or choose another place."),
    ),
    "hours-unknown": (
        gettext_noop("Nobody says how many hours a minimum stands for"),
        gettext_noop("Add the hours of %(place)s with their source."),
    ),
    "exchange-unknown": (
        gettext_noop("A rate of exchange is missing"),
        gettext_noop("From %(seen)s to %(expected)s: give it with its source in the pay rules."),
    ),
    "payroll-unknown": (
        gettext_noop("The yearly wages are not given"),
        gettext_noop("A contribution depends on them: write them in the pay rules."),
    ),
    "year-to-date-unknown": (
        gettext_noop("Earlier contributions of the year are not known"),
        gettext_noop("Say what was contributed before, 0 if nothing was."),
    ),
    "currencies-differ": (
        gettext_noop("Pay is in another currency than the place"),
        gettext_noop("Employees are paid in the currency of their place: %(expected)s."),
    ),
    "pay-interval": (
        gettext_noop("People would wait too long"),
        gettext_noop("A period has 1 to %(most)s days, and is paid within as many after it."),
    ),
    "period-gap": (
        gettext_noop("Days would be left out, or paid twice"),
        gettext_noop("Begin on %(expected)s, the day after the last period."),
    ),
    "period-not-over": (
        gettext_noop("The period is not over everywhere"),
        gettext_noop("Somewhere it is still %(day)s. Close it tomorrow."),
    ),
    "period-closed": (
        gettext_noop("This period is closed already"),
        gettext_noop("Its statements stay as they are. What comes later is paid in the next one."),
    ),
    "period-closing": (
        gettext_noop("This period is being closed"),
        gettext_noop("Somebody else began. Load the page again in a minute."),
    ),
    "period-order": (
        gettext_noop("An earlier period is open"),
        gettext_noop("Close it first: sums of the year go from one to the next."),
    ),
    "threshold-high": (
        gettext_noop("People would wait for too much"),
        gettext_noop("Choose at most one hour at the floor of %(place)s."),
    ),
    "bad-rate": (
        gettext_noop("This rate cannot be meant"),
        gettext_noop("Write it as a part of one, such as 0.0154."),
    ),
    "bad-amount": (
        gettext_noop("This amount cannot be meant"),
        gettext_noop("Write a number, such as 16.60."),
    ),
    "bad-exchange": (
        gettext_noop("This rate of exchange cannot be meant"),
        gettext_noop("Write a number above 0, and where it comes from."),
    ),
    "bad-account": (
        gettext_noop("This account number cannot be right"),
        gettext_noop("Copy it again from the bank’s own papers."),
    ),
    "payer-unknown": (
        gettext_noop("The account pay comes from is not set"),
        gettext_noop("Add it with its bank in the pay rules."),
    ),
    "nothing-due": (
        gettext_noop("Nothing can go in such a file"),
        gettext_noop("Nobody with this kind of account has %(currency)s due."),
    ),
    "payment-state": (
        gettext_noop("This payment is at another step"),
        gettext_noop("Load the page again to see where the money is."),
    ),
    "reason-missing": (
        gettext_noop("A reason is missing"),
        gettext_noop("Write it: the person can read it."),
    ),
    "status-unsaid": (
        gettext_noop("The status is not said"),
        gettext_noop("Choose one, or answer who controls the work."),
    ),
    "bad-statement": (
        gettext_noop("This is not a statement of ours"),
        gettext_noop("Give the file as it was downloaded."),
    ),
    "sealed": (
        gettext_noop("Accounts cannot be opened"),
        gettext_noop("They were sealed with another secret key. Bring it back, then try again."),
    ),
}
