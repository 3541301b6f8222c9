"""Record the movements of a project's funds: deposit, lock, release, charge.

Lines are only added; each amount is positive, and none deducts from a worker. The amount to lock is
computed in ``required_funds``; the moment is decided in ``work.pilot`` and ``projects.setup``.
"""

from django.db import transaction

from canut.core.clock import Ms
from canut.core.errors import BadInput, Unfunded
from canut.core.money import MICRO, MOST_UNITS, Money, rounded_up
from canut.core.pay.required_funds import Balance, FundsKind
from canut.store.models import FundsLine, Period, Person, Project
from canut.store.pay.funds import balance

NOTE_LENGTH = 200
OVERRUN = "beyond-lock"
"""The note of money locked for a charge that exceeded what was locked for it."""
MOST_DEPOSITED_MICRO = MOST_UNITS * MICRO
"""A balance beyond it could overflow the sums of the database."""


@transaction.atomic
def deposit_funds(
    project: Project, money: Money, note: str, *, by: Person, now_ms: Ms
) -> FundsLine:
    """Record a deposit for a project.

    Args:
        project: whose.
        money: how much, above 0.
        note: where it can be found: a transfer, an invoice.
        by: the human who saw it come.
        now_ms: when it was written down.

    Raises:
        BadInput: nothing or less, more than any project has, or a note that is missing or too long.
    """
    if not 0 < len(note.strip()) <= NOTE_LENGTH:
        raise BadInput(
            f"the note has {len(note.strip())} characters; write 1 to {NOTE_LENGTH}: where the "
            "money can be found",
            code="funds-note",
            limit=NOTE_LENGTH,
        )
    line = _line(project, FundsKind.DEPOSIT, money, note.strip())
    Project.objects.select_for_update().get(id=project.id)
    total = balance(project.id, money.currency).deposited + money
    if total.micro > MOST_DEPOSITED_MICRO:
        raise BadInput(
            f"{total.decimal} {money.currency} would be there; at most"
            f" {MOST_DEPOSITED_MICRO // MICRO} can be counted",
            code="bad-amount",
            seen=str(money.decimal),
        )
    deposit = _add(line, by, now_ms)
    _cover_overrun(project, money.currency, now_ms)
    return deposit


@transaction.atomic
def lock_funds(project: Project, needed: Money, note: str, now_ms: int) -> Balance:
    """Lock exactly what a project needs: lock more, or release the excess.

    Raises:
        Unfunded: there is not enough; facts say how much is missing.
    """
    Project.objects.select_for_update().get(id=project.id)
    check_funds(project, needed)
    current = balance(project.id, needed.currency)
    more = needed - current.locked - current.spent
    if more.micro > 0:
        _add(_line(project, FundsKind.RESERVE, more, note), None, now_ms)
    elif more.micro < 0 and current.locked.micro > 0:
        freed = min(-more, current.locked, key=lambda amount: amount.micro)
        _add(_line(project, FundsKind.RELEASE, freed, note), None, now_ms)
    return balance(project.id, needed.currency)


@transaction.atomic
def free_funds(project: Project, needed: Money, note: str, now_ms: int) -> Money:
    """Release what is locked beyond the need, counting what is spent; never lock more.

    Returns:
        How much was freed.
    """
    Project.objects.select_for_update().get(id=project.id)
    current = balance(project.id, needed.currency)
    nothing = Money(0, needed.currency)
    over = max(nothing, current.locked + current.spent - needed, key=lambda amount: amount.micro)
    freed = min(
        over, max(nothing, current.locked, key=lambda amount: amount.micro), key=lambda m: m.micro
    )
    if freed.micro > 0:
        _add(_line(project, FundsKind.RELEASE, freed, note), None, now_ms)
    return freed


@transaction.atomic
def reserve_funds(project: Project, money: Money, note: str, now_ms: Ms) -> FundsLine:
    """Lock some more of a project's free funds.

    Raises:
        Unfunded: there is not enough; facts say how much is missing.
    """
    Project.objects.select_for_update().get(id=project.id)
    current = balance(project.id, money.currency)
    missing = rounded_up(money - (current.free - current.over))
    if missing.micro > 0:
        raise Unfunded(
            f"{money.decimal} {money.currency} must be free and {missing.decimal} are missing; "
            "deposit them first",
            needed_micro=money.micro,
            missing_micro=missing.micro,
            currency=money.currency,
        )
    return _add(_line(project, FundsKind.RESERVE, money, note), None, now_ms)


@transaction.atomic
def release_funds(project: Project, money: Money, note: str, now_ms: Ms) -> None:
    """Release some of what a project has locked, at most all of it."""
    Project.objects.select_for_update().get(id=project.id)
    locked = balance(project.id, money.currency).locked
    freed = min(money, locked, key=lambda amount: amount.micro)
    if freed.micro > 0:
        _add(_line(project, FundsKind.RELEASE, freed, note), None, now_ms)


def check_funds(project: Project, needed: Money) -> None:
    """Check that a project has the funds needed, counting what is spent and locked.

    Raises:
        Unfunded: there is not enough; facts say how much is missing.
    """
    missing = rounded_up(needed - balance(project.id, needed.currency).deposited)
    if missing.micro > 0:
        raise Unfunded(
            f"{needed.decimal} {needed.currency} must be there before anybody works and "
            f"{missing.decimal} are missing; deposit them first",
            needed_micro=needed.micro,
            missing_micro=missing.micro,
            currency=needed.currency,
        )


@transaction.atomic
def charge_funds(
    project: Project, money: Money, period: Period, *, by: Person | None, now_ms: int
) -> FundsLine:
    """Record that locked funds paid for a closed period.

    What exceeds the lock is charged all the same: people are paid first. The excess takes money of
    the project that was free; where that is too little, the balance shows it until a deposit covers
    it. The database takes one charge a period, project and currency.

    Raises:
        BadInput: nothing or less.
    """
    line = _line(project, FundsKind.CHARGE, money, "")
    line.period = period
    charge = _add(line, by, now_ms)
    _cover_overrun(project, money.currency, now_ms)
    return charge


def _cover_overrun(project: Project, currency: str, now_ms: Ms) -> None:
    """Lock free money for what was charged beyond the lock, so that it counts as free no more."""
    current = balance(project.id, currency)
    covered = min(current.over, current.free, key=lambda money: money.micro)
    if covered.micro > 0:
        _add(_line(project, FundsKind.RESERVE, covered, OVERRUN), None, now_ms)


def _line(project: Project, kind: FundsKind, money: Money, note: str) -> FundsLine:
    """Build a funds line without saving it.

    Raises:
        BadInput: nothing or less.
    """
    if money.micro <= 0:
        raise BadInput(
            f"{money.micro} micro-units cannot be written down; give an amount above 0",
            code="bad-funds",
        )
    return FundsLine(
        project=project, kind=kind.value, micro=money.micro, currency=money.currency, note=note
    )


def _add(line: FundsLine, by: Person | None, at_ms: int) -> FundsLine:
    line.by, line.at_ms = by, at_ms
    line.save(force_insert=True)
    return line
