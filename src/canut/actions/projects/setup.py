"""Change a project: question, price, aims, opening, pause, closing.

The overlap is changed in ``work.overlap``, since that touches every task.
"""

import re
import secrets
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.text import slugify

from canut.actions.commissions.commission import check_commission, fix_acceptance
from canut.actions.integrations.outbox import enqueue
from canut.actions.ledger.entry_types import inscribe_price, inscribe_question
from canut.actions.own_pages.pages import check_pages
from canut.actions.participation.accord_prices import check_new_price, check_opening_price
from canut.actions.pay.floors import check_people_payable
from canut.actions.pay.fund_release import free_ended
from canut.actions.pay.intermediaries import follow_price
from canut.actions.pay.required_funds import lock_again
from canut.actions.protection.risk_preferences import check_opening
from canut.actions.work.ethics_gate import check_opens
from canut.actions.work.pilot import check_pilot, open_pilot, pass_pilot
from canut.actions.work.project_state import (
    UNSAID,
    Because,
    check_not_ended,
    enter_state,
    take_back_leases,
)
from canut.core.clock import Ms, from_ms
from canut.core.errors import BadInput, Incomplete
from canut.core.kinds import check_schema
from canut.core.money import Money
from canut.core.pay.price import Declared, piece_price
from canut.store.models import (
    Import,
    Organisation,
    Person,
    Project,
    QuestionVersion,
    RateVersion,
)
from canut.store.pay.funds import is_funded
from canut.store.projects.versions import rate_or_none
from canut.store.work.pilots import has_paid_people, has_passed

ISO_4217 = re.compile("[A-Z]{3}")  # how that standard writes currencies
AIMS = ("aim_business", "aim_social", "aim_ethical")
ORIGIN = ("origin_whose", "origin_consent", "origin_paid")
HIGHEST_PIECE_MICRO = 10_000_000_000  # 10,000 of any currency: a typing error, not a price


def create_project(  # noqa: PLR0913 - each is a field of the form
    organisation: Organisation,
    title: str,
    *,
    by: Person,
    now_ms: Ms,
    own_staff: bool = False,
    simulated: bool = False,
    slug: str | None = None,
) -> Project:
    """Create a draft; its slug is made from the title and never used twice.

    Raises:
        Incomplete: the title is empty.
    """
    if not title.strip():
        raise Incomplete("a project needs a title", field="title")
    base = slug or slugify(title)[:48] or "projet"
    for attempt in (base, *(f"{base}-{secrets.token_hex(3)}" for _ in range(5))):
        try:
            with transaction.atomic():
                return Project.objects.create(
                    slug=attempt,
                    title=title.strip()[:120],
                    organisation=organisation,
                    is_own_staff=own_staff,
                    is_simulated=simulated,
                    created_by=by,
                    created_at=from_ms(now_ms),
                )
        except IntegrityError:
            continue
    raise BadInput(f"no free address like {base!r}; choose another title", code="slug-taken")


@transaction.atomic
def write_question(
    project: Project, schema: dict[str, Any], instructions: str, *, by: Person, now_ms: Ms
) -> QuestionVersion:
    """Add a version of the question in normal form; answers keep their own version.

    Raises:
        BadQuestion: nobody could answer it; facts say why.
        Missing: it names an own page that the project does not have.
    """
    normal = check_schema(schema)
    check_pages(project.pk, normal)
    version = QuestionVersion.objects.create(
        project=project,
        number=_next(QuestionVersion, project),
        schema=normal,
        instructions=instructions.strip(),
        created_by=by,
        created_at=from_ms(now_ms),
    )
    inscribe_question(version, now_ms)
    return version


@dataclass(frozen=True, slots=True)
class Price:
    """A requester's price: per hour with the time of a task, or per piece.

    Args:
        currency: three letters.
        piece_micro: the price of one answer; left out where the other two decide it.
        hourly_micro: what an hour should bring, from which the piece is worked out; 0 where the
            piece is priced.
        task_ms: how long a task takes, as far as the requester knows; 0 where they do not say.
        floor_micro: the least an hour may bring in this project, above the law's; None where
            nothing is promised.
        by_hour_micro: what an hour of measured time pays besides the pieces; 0 where hours are not
            paid.
    """

    currency: str
    piece_micro: int = 0
    hourly_micro: int = 0
    task_ms: int = 0
    floor_micro: int | None = None
    by_hour_micro: int = 0

    def declared(self) -> Declared:
        """Return the price with its piece price, computed where the hour decides.

        Raises:
            BadInput: something cannot be meant.
        """
        code = self.currency.strip().upper()
        if not ISO_4217.fullmatch(code):
            raise BadInput(f"{self.currency!r} is not a currency such as CAD", code="bad-currency")
        hourly = Money(self.hourly_micro, code)
        piece = Money(self.piece_micro, code)
        if self.hourly_micro > 0 and self.task_ms > 0:
            piece = piece_price(hourly, self.task_ms)
        most = max(piece.micro, self.by_hour_micro)
        if not 0 <= piece.micro <= most <= HIGHEST_PIECE_MICRO or (self.floor_micro or 0) < 0:
            raise BadInput(f"a price of {most} micro-units cannot be meant", code="bad-price")
        by_hour = Money(self.by_hour_micro, code) if self.by_hour_micro else None
        return Declared(hourly, self.task_ms, piece, by_hour)


def set_rate(
    project: Project, piece_micro: int, currency: str, *, by: Person, now_ms: Ms
) -> RateVersion:
    """Add a version of the price of an answer, set by the piece alone.

    Raises:
        BadInput: a negative or absurd price, or a currency that is not three letters.
    """
    return set_price(project, Price(currency, piece_micro), by=by, now_ms=now_ms)


@transaction.atomic
def set_price(project: Project, price: Price, *, by: Person, now_ms: Ms) -> RateVersion:
    """Add a version of the price; earlier pay lines keep theirs, chain and funds follow.

    Raises:
        BadInput: something cannot be meant.
        Unfunded: people are working already and the money for the new price is not there.
        Conflict: ``price-below-accord``: the project has opened, and an accord asks for more; or
            ``project-ended``: it is closed.
    """
    check_not_ended(project)
    declared, before = price.declared(), rate_or_none(project.pk)
    if project.state != Project.State.DRAFT:
        check_people_payable(project, declared.piece.currency, now_ms)
    version = RateVersion.objects.create(
        project=project,
        number=_next(RateVersion, project),
        piece_micro=declared.piece.micro,
        hourly_micro=declared.hourly.micro,
        by_hour_micro=price.by_hour_micro,
        task_ms=declared.task_ms,
        currency=declared.piece.currency,
        created_by=by,
        created_at=from_ms(now_ms),
    )
    if price.floor_micro != project.floor_micro:
        project.floor_micro = price.floor_micro
        project.save(update_fields=["floor_micro"])
    if project.opened_at is not None and before is not None:
        check_new_price(project, version, before, now_ms)
    inscribe_price(version, now_ms)
    follow_price(project, declared.answer, by=by, now_ms=now_ms)
    if is_funded(project.id):
        lock_again(project, now_ms)
    return version


@transaction.atomic
def write_aims(  # noqa: PLR0913 - each is a field of the form
    project: Project,
    *,
    business: str,
    social: str,
    ethical: str,
    whose: str,
    consent: str,
    paid: str,
) -> None:
    """Set why the project exists, for whom, its risks, and whose material it uses.

    Raises:
        BadInput: a text is too long.
        Incomplete: a text is empty and people can answer already.
    """
    texts = (business, social, ethical, whose, consent, paid)
    longest = 600
    for name, text in zip(AIMS + ORIGIN, texts, strict=True):
        if len(text) > longest:
            raise BadInput(
                f"{name} has {len(text)} characters; at most {longest}",
                code="too-long",
                field=name,
                limit=longest,
            )
        if not text.strip() and project.state != Project.State.DRAFT:
            raise Incomplete(f"people read {name} before they accept; write it", field=name)
        setattr(project, name, text.strip())
    project.save(update_fields=[*AIMS, *ORIGIN])


@transaction.atomic
def set_work(project: Project, *, lease_seconds: int) -> None:
    """Set how long a task is leased.

    Raises:
        BadInput: shorter than a minute or longer than a day.
    """
    shortest, longest = 60, 86_400
    if not shortest <= lease_seconds <= longest:
        raise BadInput(f"a task is lent for {shortest} to {longest} s", code="bad-lease")
    project.lease_seconds = lease_seconds
    project.save(update_fields=["lease_seconds"])


@transaction.atomic
def start_project(project: Project, now_ms: Ms, because: Because = UNSAID) -> None:
    """Open the project, or first a pilot if people are paid and none has passed.

    Raises:
        Incomplete: an aim, the origin, the question, the price, the tasks or the chain are missing,
            a place's floor is not known, or the commission is not ready (``check_commission``).
        Unfunded: the money is not there.
    """
    check_not_ended(project)
    check_opens(project, now_ms)
    check_commission(project, now_ms)
    check_written(project)
    if has_paid_people(project):
        _check_people(project, now_ms)
    if has_paid_people(project) and not has_passed(project):
        if not project.imports.filter(state=Import.State.PUBLISHED).exists():
            raise Incomplete("publish an import before opening the project", field="tasks")
        open_pilot(project, now_ms, because)
        fix_acceptance(project, now_ms)
        enqueue(project, "project.opened", {"state": project.state}, now_ms)
    else:
        open_project(project, now_ms, because)


def check_start(project: Project, now_ms: Ms) -> None:
    """Check that a draft may start, before its rows are published.

    Raises:
        Incomplete: something people read before they accept is missing, or the chain, or the
            commission is not ready.
        Conflict: ``ethics-…``: it is held, or waits for an opinion.
        Unfunded: the money for the pilot is not there.
    """
    check_commission(project, now_ms)
    check_written(project)
    check_opens(project, now_ms)
    if has_paid_people(project):
        _check_people(project, now_ms)
    if has_paid_people(project) and not has_passed(project):
        check_pilot(project, now_ms)


def _check_people(project: Project, now_ms: Ms) -> None:
    """Refuse to open a project whose people cannot be paid in its currency."""
    rate = project.rates.order_by("-number").first()
    if rate is not None:
        check_people_payable(project, rate.currency, now_ms)


@transaction.atomic
def open_project(project: Project, now_ms: Ms, because: Because = UNSAID) -> None:
    """Open every task to workers; if people are paid, only after a pilot that passed.

    Raises:
        Incomplete: an aim, the origin, the question, the price or the tasks are missing, there
            was no pilot, or not enough of one, or the commission is not ready.
        Conflict: ``price-too-low``: the pilot shows that too many would need a top-up;
            ``price-below-accord``: a price agreement asks for more; or ``project-ended``: the
            project is closed.
        Unfunded: the money is not there.
    """
    check_not_ended(project)
    check_opens(project, now_ms)
    check_commission(project, now_ms)
    check_written(project)
    if not project.imports.filter(state=Import.State.PUBLISHED).exists():
        raise Incomplete("publish an import before opening the project", field="tasks")
    if has_paid_people(project):
        _check_people(project, now_ms)
        pass_pilot(project, now_ms)
        check_opening_price(project, now_ms)
    fix_acceptance(project, now_ms)
    enter_state(project, Project.State.OPEN, now_ms, because)
    project.opened_at = project.opened_at or from_ms(now_ms)
    project.save(update_fields=["opened_at"])
    enqueue(project, "project.opened", {"state": project.state}, now_ms)


def check_written(project: Project) -> None:
    """Check that everything people read before they accept is written.

    Raises:
        Incomplete: an aim, the origin, the question, the price or the risk is missing, or too few
            of the tasks are calm.
    """
    for name in AIMS + ORIGIN:
        if not getattr(project, name):
            raise Incomplete(f"write {name} before opening the project", field=name)
    if not project.questions.exists():
        raise Incomplete("write the question before opening the project", field="question")
    if not project.rates.exists():
        raise Incomplete("set the price before opening the project", field="price")
    check_opening(project)


def pause_project(project: Project, now_ms: Ms, because: Because = UNSAID) -> int:
    """Pause leasing and release live leases; return how many.

    Raises:
        NotOpen: the project is a draft.
        Conflict: ``project-ended``: it is closed.
        Incomplete: ``change-unsaid``: a person pauses it and does not say why.
    """
    return _stop(project, Project.State.PAUSED, now_ms, because)


def close_project(project: Project, now_ms: Ms, because: Because = UNSAID) -> int:
    """Close a project for good, except corrections; return how many leases were released.

    The money that nothing can need any more is freed; more of it follows as clocks run out.

    Raises:
        NotOpen, Conflict, Incomplete: as ``pause_project``.
    """
    back = _stop(project, Project.State.CLOSED, now_ms, because)
    free_ended(project, now_ms)
    return back


def _stop(project: Project, after: Project.State, now_ms: Ms, because: Because) -> int:
    with transaction.atomic():
        enter_state(project, after, now_ms, because)
        enqueue(project, f"project.{after.value}", {"state": after.value}, now_ms)
    return take_back_leases(project.pk, now_ms, f"project {after.value}")


def _next(versions: type[QuestionVersion | RateVersion], project: Project) -> int:
    Project.objects.select_for_update().get(id=project.id)
    last = versions.objects.filter(project=project).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1
