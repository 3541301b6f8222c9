"""Recruit on Prolific by its API: create the study there, publish it, approve submissions.

People come by a panel link of their own, made together with the study. Who finished here is
approved; nobody is ever rejected from here. Calls are made outside transactions.
"""

import secrets
from dataclasses import dataclass

from django.db import transaction

from canut.actions.integrations.panels import PanelIn, make_panel_link
from canut.actions.recruiting.invited_lists import own_address
from canut.actions.recruiting.prolific import SubmissionMatch, match_listed
from canut.actions.recruiting.prolific_client import ProlificClient
from canut.core.clock import Ms, from_ms
from canut.core.errors import BadInput, Conflict, Incomplete, Missing, NotOpen, Refusal
from canut.core.money import MICRO, minor_unit
from canut.core.recruiting.prolific_api import ListedSubmission, RemoteStudy, StudyRequest
from canut.store.projects.versions import rate_or_none
from canut.store.recruiting.prolific import prolific_study_of
from canut.store.recruiting.studies import is_study
from canut.store.tables.integrations import PanelLink
from canut.store.tables.people import Invitation, Person
from canut.store.tables.projects import Project
from canut.store.tables.recruiting.prolific import ProlificStudy

LONGEST_TITLE, LONGEST_DESCRIPTION = 120, 5_000
MOST_PLACES, MOST_MINUTES, MOST_ANSWERS = 10_000, 480, 1_000
MOST_REWARD_MICRO = 1_000 * MICRO
CODE_BYTES = 5
DRAFT = "unpublished"
MOVES = {"publish": "PUBLISH", "pause": "PAUSE", "start": "START"}


@dataclass(frozen=True, slots=True)
class ProlificIn:
    """A study at Prolific as a requester writes it.

    Args:
        title: people read it there.
        description: what they do.
        places: how many people.
        minutes: how long it takes.
        reward_micro: what Prolific pays, in the currency of the account there.
        answers: how many answers finish the work; a study on another site has one.
    """

    title: str
    description: str
    places: int
    minutes: int
    reward_micro: int
    answers: int = 1


@dataclass(frozen=True, slots=True)
class Listing:
    """The submissions of a study as Prolific lists them now, and what follows from them here."""

    rows: list[ListedSubmission]
    match: SubmissionMatch


def create_prolific_study(
    project: Project, request: ProlificIn, *, by: Person, now_ms: Ms
) -> ProlificStudy:
    """Create a study at Prolific, unpublished, with the link by which its people come.

    Raises:
        Incomplete: ``prolific-words``: no title or description; ``prolific-price``.
        BadInput: ``prolific-numbers``: a number that cannot be meant.
        Conflict: ``prolific-twice``: the project has a study there; or the call failed.
        NotReady: ``prolific-account``.
    """
    _check(request)
    if prolific_study_of(project.pk) is not None:
        raise Conflict("the project has a study at Prolific already", code="prolific-twice")
    own_currency = _currency(project)
    client, code = ProlificClient(project.organisation_id), secrets.token_hex(CODE_BYTES).upper()
    answers = 1 if is_study(project.pk) else request.answers
    panel_in = PanelIn(PanelLink.Panel.PROLIFIC, code, "", answers, request.places)
    invitation = make_panel_link(project, panel_in, by=by, now_ms=now_ms)
    title = request.title.strip()
    try:
        remote = client.create_study(
            StudyRequest(
                title,
                request.description.strip(),
                own_address(invitation),
                code,
                request.places,
                request.minutes,
                request.reward_micro // minor_unit("GBP"),  # its currencies have two decimals
            )
        )
    except Refusal:
        invitation.delete()
        raise
    return ProlificStudy.objects.create(
        project=project,
        invitation=invitation,
        number=remote.number,
        title=title,
        places=request.places,
        minutes=request.minutes,
        reward_micro=request.reward_micro,
        currency=remote.currency or own_currency,
        state=remote.state,
        by=by,
        at_ms=now_ms,
    )


def move_prolific_study(project: Project, move: str) -> ProlificStudy:
    """Publish, pause or start a study again at Prolific.

    Raises:
        Missing: ``prolific-none``.
        BadInput: ``prolific-move``; or raised by ``check_currency``.
        NotOpen: ``prolific-closed``: the project lends no tasks, so people would come in vain.
    """
    study = get_prolific_study(project)
    if move not in MOVES:
        raise BadInput(f"{move!r} is no move of a study", code="prolific-move")
    if move != "pause" and not project.is_lending:
        raise NotOpen(f"the project is {project.state}; open it", code="prolific-closed")
    if move != "pause":
        check_currency(study)
    client = ProlificClient(project.organisation_id)
    return _keep(study, client.move_study(study.number, MOVES[move]))


def refresh_prolific_study(project: Project) -> Listing:
    """Load the state of a study and list its submissions; nothing of the list is stored.

    Raises:
        Missing: ``prolific-none``.
    """
    study = get_prolific_study(project)
    client = ProlificClient(project.organisation_id)
    _keep(study, client.load_study(study.number))
    rows = client.list_submissions(study.number)
    return Listing(rows, match_listed(project, [row.submission for row in rows]))


def approve_finished(project: Project) -> int:
    """Approve who waits at Prolific and finished here; return how many.

    Raises:
        Missing: ``prolific-none``, or ``prolific-nobody``: nobody waits who finished here.
    """
    listing = refresh_prolific_study(project)
    numbers = [submission.number for submission in listing.match.approve]
    if not numbers:
        raise Missing("nobody waits there who finished here", code="prolific-nobody")
    ProlificClient(project.organisation_id).approve(numbers)
    return len(numbers)


@transaction.atomic
def forget_prolific_study(project: Project, now_ms: Ms) -> None:
    """Forget a study that was never published; its link ends.

    Raises:
        Missing: ``prolific-none``.
        Conflict: ``prolific-published``.
    """
    study = get_prolific_study(project)
    if study.state != DRAFT:
        raise Conflict("the study was published; it stays", code="prolific-published")
    links = Invitation.objects.filter(pk=study.invitation_id or 0, revoked_at=None)
    links.update(revoked_at=from_ms(now_ms))
    study.delete()


def get_prolific_study(project: Project) -> ProlificStudy:
    """Return a project's study at Prolific.

    Raises:
        Missing: ``prolific-none``.
    """
    study = prolific_study_of(project.pk)
    if study is None:
        raise Missing("the project has no study at Prolific", code="prolific-none")
    return study


def _keep(study: ProlificStudy, remote: RemoteStudy) -> ProlificStudy:
    study.state, study.currency = remote.state, remote.currency or study.currency
    study.save(update_fields=["state", "currency"])
    return study


def check_currency(study: ProlificStudy) -> None:
    """Check that a project pays in the currency of its study, so that its floor can be compared.

    Raises:
        Incomplete: ``prolific-price``.
        BadInput: ``prolific-currency``.
    """
    own = _currency(study.project)
    if own != study.currency:
        raise BadInput(
            f"the project pays in {own}, the study in {study.currency}",
            code="prolific-currency",
            own=own,
            there=study.currency,
        )


def _currency(project: Project) -> str:
    """Return the currency of a project's price.

    Raises:
        Incomplete: ``prolific-price``: it has none, or pays nobody.
    """
    rate = rate_or_none(project.pk)
    if rate is None or project.is_own_staff:
        raise Incomplete("set a price first; the minimum is in its currency", code="prolific-price")
    return rate.currency


def _check(request: ProlificIn) -> None:
    title, description = request.title.strip(), request.description.strip()
    if not title or not description:
        raise Incomplete("write a title and what people do", code="prolific-words")
    is_possible = (
        len(title) <= LONGEST_TITLE
        and len(description) <= LONGEST_DESCRIPTION
        and 1 <= request.places <= MOST_PLACES
        and 1 <= request.minutes <= MOST_MINUTES
        and 1 <= request.answers <= MOST_ANSWERS
        and 0 < request.reward_micro <= MOST_REWARD_MICRO
        and request.reward_micro % minor_unit("GBP") == 0
    )
    if not is_possible:
        raise BadInput(
            f"{request.places} places, {request.minutes} minutes, reward {request.reward_micro}; "
            f"up to {MOST_PLACES} places, {MOST_MINUTES} minutes, 1,000 in whole cents",
            code="prolific-numbers",
        )
