"""Take in figures that others counted, accept them, withdraw them.

A deposit waits until an operator accepts it; then it is public and written into the log. One that
is withdrawn, or replaced by a newer one, leaves the Portrait of today; editions that showed it
still do, with a notice.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from django.db import IntegrityError, transaction

from canut.actions.ledger.entries import record_fact
from canut.core.clock import Ms, from_ms
from canut.core.errors import BadFile, BadInput, Conflict, Incomplete, Missing, TooLarge
from canut.core.portrait.deposits.descriptor import FILE_NAME, MOST_RESOURCES
from canut.core.portrait.deposits.files import check_size
from canut.core.portrait.deposits.observations import Observation
from canut.core.portrait.deposits.package import ReadDeposit, pack_deposit, read_deposit
from canut.store.portrait.deposits import MICRO, figures_of
from canut.store.tables.people import Person
from canut.store.tables.portrait import Deposit
from canut.store.tables.portrait import Observation as ObservationRow

ENTRY = "deposit"
LONGEST_REASON = 300
MOST_WAITING = 50


def bring_deposit(
    paths: Sequence[Path], by: Person | None, now_ms: Ms, *, replaces: int | None = None
) -> Deposit:
    """Read a package and store it; it waits for an operator's word.

    Args:
        paths: a folder, a zip, or the files of the package.
        by: who brings it; None for a command.
        now_ms: the moment; no figure may be of a later day.
        replaces: number of the deposit in force that it replaces once it is accepted.

    Raises:
        BadFile, BadInput, BadRow, NotProven, TooLarge: as ``read_deposit``.
        Conflict: it is here already, too many wait, or what it replaces is not in force.
        Missing: there is no deposit to replace.
    """
    checked = read_deposit(paths, from_ms(now_ms).date())
    return _store(checked, by, now_ms, replaces)


class UploadedPart(Protocol):
    """A file that came with a form."""

    name: str | None

    def chunks(self) -> Iterable[bytes]:
        """Yield its content."""
        ...


def bring_uploads(
    uploads: Sequence[UploadedPart], by: Person, now_ms: Ms, *, replaces: int | None = None
) -> Deposit:
    """Read a package that came with a form, and store it as ``bring_deposit`` does.

    Raises:
        BadFile: a file has a name that no package has, or comes twice.
        TooLarge: there are too many files, or one is too long.
        Others: as ``bring_deposit``.
    """
    if len(uploads) > MOST_RESOURCES + 1:
        raise TooLarge(
            f"{len(uploads)} files; at most {MOST_RESOURCES}",
            code="deposit-files-many",
            limit=MOST_RESOURCES,
        )
    with TemporaryDirectory(prefix="canut-deposit-") as folder:
        paths = [_write_upload(upload, Path(folder)) for upload in uploads]
        return bring_deposit(paths, by, now_ms, replaces=replaces)


def package_of(deposit: Deposit) -> bytes:
    """Return a deposit as a zip that another Portrait can take in.

    The table holds the figures as they are here; the description is the depositor's, with the hash
    of this table and without the adapter that read the original file.
    """
    return pack_deposit(deposit.descriptor, figures_of(deposit))


@transaction.atomic
def accept_deposit(number: int, by: Person | None, now_ms: Ms) -> Deposit:
    """Accept a deposit: it is public, stands beside the figures here, and is in the log.

    Raises:
        Missing: there is none.
        Conflict: it does not wait any more, or what it replaces is not in force any more.
    """
    deposit = _lock(number)
    if deposit.state != Deposit.State.WAITING:
        raise _not_in_state(deposit)
    if deposit.replaces is not None:
        before = _lock(deposit.replaces.pk)
        if before.state != Deposit.State.IN:
            raise _not_in_state(before)
        before.state, before.ended_ms = Deposit.State.REPLACED, now_ms
        before.save(update_fields=["state", "ended_ms"])
        _log(before, now_ms)
    deposit.state, deposit.accepted_by, deposit.accepted_ms = Deposit.State.IN, by, now_ms
    deposit.save(update_fields=["state", "accepted_by", "accepted_ms"])
    _log(deposit, now_ms)
    return deposit


@transaction.atomic
def withdraw_deposit(number: int, reason: str, now_ms: Ms) -> Deposit:
    """Withdraw a deposit, or refuse one that waits; a reason is public.

    Raises:
        Missing: there is none.
        Conflict: it was withdrawn or replaced already.
        Incomplete: there is no reason.
        BadInput: the reason is too long.
    """
    why = " ".join(reason.split())
    if not why:
        raise Incomplete("say why it is withdrawn", code="deposit-reason", field="reason")
    if len(why) > LONGEST_REASON:
        raise BadInput(
            f"the reason has {len(why)} characters; at most {LONGEST_REASON}",
            code="deposit-reason",
            field="reason",
        )
    deposit = _lock(number)
    if deposit.state not in {Deposit.State.WAITING, Deposit.State.IN}:
        raise _not_in_state(deposit)
    was_public = deposit.state == Deposit.State.IN
    deposit.state, deposit.ended_ms, deposit.ended_why = Deposit.State.WITHDRAWN, now_ms, why
    deposit.save(update_fields=["state", "ended_ms", "ended_why"])
    if was_public:
        _log(deposit, now_ms)
    return deposit


@transaction.atomic
def _store(checked: ReadDeposit, by: Person | None, now_ms: Ms, replaces: int | None) -> Deposit:
    if Deposit.objects.filter(state=Deposit.State.WAITING).count() >= MOST_WAITING:
        raise Conflict(
            f"{MOST_WAITING} deposits wait; accept or refuse some first",
            code="deposits-wait",
            limit=MOST_WAITING,
        )
    before = None if replaces is None else _lock(replaces)
    if before is not None and before.state != Deposit.State.IN:
        raise _not_in_state(before)
    description = checked.description
    try:
        with transaction.atomic():
            deposit = Deposit.objects.create(
                publisher=description.publisher,
                title_en=description.title_en,
                title_fr=description.title_fr,
                method=description.method.value,
                sampling=description.sampling.value,
                grade=checked.grade.value,
                grade_reason=checked.reason.value,
                descriptor=description.text,
                sha256=description.sha256,
                signed_by=description.signed_by,
                by=by,
                at_ms=now_ms,
                replaces=before,
            )
    except IntegrityError as twice:
        raise Conflict("this package is here already", code="deposit-here") from twice
    ObservationRow.objects.bulk_create(
        (_row(deposit, item) for item in checked.observations), batch_size=500
    )
    return deposit


def _write_upload(upload: UploadedPart, folder: Path) -> Path:
    name = upload.name or ""
    if not FILE_NAME.fullmatch(name):
        raise BadFile(
            f"a file is called {name!r}; use letters, digits, points and hyphens",
            code="deposit-file-name",
            file=name[:60] or "–",
        )
    path = folder / name
    if path.exists():
        raise BadFile(f"{name} comes twice", code="deposit-file-twice", file=name)
    size = 0
    with path.open("wb") as out:
        for piece in upload.chunks():
            size += len(piece)
            check_size(name, size)
            out.write(piece)
    return path


def _row(deposit: Deposit, item: Observation) -> ObservationRow:
    return ObservationRow(
        deposit=deposit,
        line=item.line,
        concept=item.concept.value,
        place=item.place,
        place_kind=item.place_kind.value,
        occupation=item.occupation,
        scheme=item.scheme.value,
        sex=item.sex.value,
        age=item.age,
        status=item.status.value,
        begin=item.begin,
        end=item.end,
        measure=item.measure.value,
        unit=item.unit,
        currency=item.currency,
        value_micro=_micro(item.value),
        low_micro=_micro(item.low),
        high_micro=_micro(item.high),
        level_micro=_micro(item.level),
        n=item.n,
        is_weighted=item.is_weighted,
        flag=item.flag,
        state=item.state.value,
        note_en=item.note_en,
        note_fr=item.note_fr,
        share_of=item.share_of,
    )


def _micro(number: Decimal | None) -> int | None:
    return None if number is None else int((number * MICRO).to_integral_value())


def _lock(number: int) -> Deposit:
    deposit = Deposit.objects.select_for_update(of=("self",)).filter(pk=number).first()
    if deposit is None:
        raise Missing(f"there is no deposit {number}", code="deposit-gone")
    return deposit


def _not_in_state(deposit: Deposit) -> Conflict:
    return Conflict(
        f"deposit {deposit.pk} is {deposit.state} by now", code="deposit-state", number=deposit.pk
    )


def _log(deposit: Deposit, now_ms: Ms) -> None:
    facts = {
        "deposit": deposit.pk,
        "state": str(deposit.state),
        "grade": deposit.grade,
        "sha256": deposit.sha256,
    }
    record_fact(None, ENTRY, facts, now_ms)
