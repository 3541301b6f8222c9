"""What can happen to a project: written, priced, explained, opened, paused, closed.

How many answers a task needs is changed in ``overlap``, since it touches every task.
"""

import secrets
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.text import slugify

from canut.actions.protection import check_opening
from canut.core.errors import BadInput, Incomplete, NotOpen
from canut.core.kinds import check_schema
from canut.store.models import (
    Import,
    Organisation,
    Person,
    Project,
    QuestionVersion,
    RateVersion,
)

AIMS = ("aim_business", "aim_social", "aim_ethical")
ORIGIN = ("origin_whose", "origin_consent", "origin_paid")
HIGHEST_PIECE_MICRO = 10_000_000_000  # 10,000 of any currency: a typing error, not a price


def create_project(  # noqa: PLR0913 - each is a field of the form
    organisation: Organisation,
    title: str,
    *,
    by: Person,
    now: datetime,
    own_staff: bool = False,
    simulated: bool = False,
    slug: str | None = None,
) -> Project:
    """Begin a draft; its address is made from the title and is not used twice.

    Raises:
        Incomplete: the title is empty.
    """
    if not title.strip():
        raise Incomplete("a project needs a title", field="title")
    wanted = slug or slugify(title)[:48] or "projet"
    for attempt in (wanted, *(f"{wanted}-{secrets.token_hex(3)}" for _ in range(5))):
        try:
            with transaction.atomic():
                return Project.objects.create(
                    slug=attempt,
                    title=title.strip()[:120],
                    organisation=organisation,
                    is_own_staff=own_staff,
                    is_simulated=simulated,
                    created_by=by,
                    created_at=now,
                )
        except IntegrityError:
            continue
    raise BadInput(f"no free address like {wanted!r}; choose another title", code="slug-taken")


@transaction.atomic
def write_question(
    project: Project, schema: dict[str, Any], instructions: str, *, by: Person, now: datetime
) -> QuestionVersion:
    """Add a version of what is asked; answers keep the version they were given under.

    Raises:
        BadQuestion: nobody could answer it; facts say why.
    """
    check_schema(schema)
    return QuestionVersion.objects.create(
        project=project,
        number=_next(QuestionVersion, project),
        schema=schema,
        instructions=instructions.strip(),
        created_by=by,
        created_at=now,
    )


@transaction.atomic
def set_rate(
    project: Project, piece_micro: int, currency: str, *, by: Person, now: datetime
) -> RateVersion:
    """Add a version of the price of an answer; earlier pay lines keep theirs.

    Raises:
        BadInput: a negative or absurd price, or a currency that is not three letters.
    """
    if not 0 <= piece_micro <= HIGHEST_PIECE_MICRO:
        raise BadInput(f"a price of {piece_micro} micro-units cannot be meant", code="bad-price")
    code = currency.strip().upper()
    if not (len(code) == 3 and code.isascii() and code.isalpha()):  # noqa: PLR2004 - ISO 4217
        raise BadInput(f"{currency!r} is not a currency code such as CAD", code="bad-currency")
    return RateVersion.objects.create(
        project=project,
        number=_next(RateVersion, project),
        piece_micro=piece_micro,
        currency=code,
        created_by=by,
        created_at=now,
    )


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
    """Say why the project exists, for whom, what could go wrong, and whose material it is."""
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
        setattr(project, name, text.strip())
    project.save(update_fields=[*AIMS, *ORIGIN])


@transaction.atomic
def set_work(project: Project, *, lease_seconds: int) -> None:
    """Say how long a task is lent.

    Raises:
        BadInput: shorter than a minute or longer than a day.
    """
    shortest, longest = 60, 86_400
    if not shortest <= lease_seconds <= longest:
        raise BadInput(f"a task is lent for {shortest} to {longest} s", code="bad-lease")
    project.lease_seconds = lease_seconds
    project.save(update_fields=["lease_seconds"])


@transaction.atomic
def open_project(project: Project, now: datetime) -> None:
    """Let people answer.

    Raises:
        Incomplete: an aim, the origin, the question, the price, the tasks or the risk are missing.
    """
    for name in AIMS + ORIGIN:
        if not getattr(project, name):
            raise Incomplete(f"write {name} before opening the project", field=name)
    if not project.questions.exists():
        raise Incomplete("write the question before opening the project", field="question")
    if not project.rates.exists():
        raise Incomplete("set the price before opening the project", field="price")
    if not project.imports.filter(state=Import.State.PUBLISHED).exists():
        raise Incomplete("publish an import before opening the project", field="tasks")
    check_opening(project)
    project.state = Project.State.OPEN
    project.opened_at = project.opened_at or now
    project.save(update_fields=["state", "opened_at"])


@transaction.atomic
def pause_project(project: Project) -> None:
    """Lend no more tasks; what is lent may still be answered."""
    if project.state == Project.State.DRAFT:
        raise NotOpen("a draft cannot be paused: it is not open yet")
    project.state = Project.State.PAUSED
    project.save(update_fields=["state"])


@transaction.atomic
def close_project(project: Project) -> None:
    """End the work; it can be opened again."""
    if project.state == Project.State.DRAFT:
        raise NotOpen("a draft cannot be closed: it is not open yet")
    project.state = Project.State.CLOSED
    project.save(update_fields=["state"])


def _next(versions: type[QuestionVersion | RateVersion], project: Project) -> int:
    Project.objects.select_for_update().get(id=project.id)
    last = versions.objects.filter(project=project).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1
