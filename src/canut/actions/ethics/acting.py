"""Lock what an act is about, and refuse whom the table of powers does not give it to."""

from canut.core.clock import Ms
from canut.core.errors import Conflict, Forbidden, Missing
from canut.core.ethics.authority import EthicsAct, check_authority
from canut.store.ethics.offices import offices_of
from canut.store.tables.ethics import EthicsHold, EthicsReview
from canut.store.tables.people import Person
from canut.store.tables.projects import Project


def check_act(act: EthicsAct, project: Project, by: Person, now_ms: Ms) -> None:
    """Refuse an act that the person has no power for.

    Raises:
        Forbidden: the table gives it to others, or a program asks.
    """
    if by.is_service:
        raise Forbidden("a named person does this", code="service-actor")
    check_authority(act, offices_of(by, project, now_ms))


def lock_review(
    review_id: int, act: EthicsAct, by: Person, now_ms: Ms
) -> tuple[EthicsReview, Project]:
    """Lock a review and its project for an act.

    Raises:
        Missing: there is no such review.
        Conflict: its project is gone.
        Forbidden: the act is for others.
    """
    review = EthicsReview.objects.select_for_update().filter(id=review_id).first()
    if review is None:
        raise Missing(f"there is no ethics review {review_id}")
    if review.project_id is None:
        raise Conflict("the project was deleted; the register alone stays", code="ethics-gone")
    project = Project.objects.select_for_update(no_key=True).get(id=review.project_id)
    check_act(act, project, by, now_ms)
    return review, project


def lock_hold(
    review_id: int, act: EthicsAct, by: Person, now_ms: Ms
) -> tuple[EthicsHold, EthicsReview, Project]:
    """Lock the hold that stops a project, for an act.

    Raises:
        Missing, Conflict, Forbidden: as ``lock_review``; ``ethics-no-hold``: nothing holds it.
    """
    review, project = lock_review(review_id, act, by, now_ms)
    holds = EthicsHold.objects.select_for_update().filter(opinion__review=review, ended_ms=None)
    row = holds.order_by("-id").first()
    if row is None:
        raise Conflict("no hold stops this project", code="ethics-no-hold")
    return row, review, project
