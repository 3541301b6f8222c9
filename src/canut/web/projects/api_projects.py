"""Projects over the API: created, described, priced, opened, paused, closed."""

from django.http import HttpRequest
from ninja import Query, Status

from canut.actions.operations.jobs import (
    estimate_soon,
    is_estimate_waiting,
    publish_soon,
    set_overlap_soon,
)
from canut.actions.pay.intermediaries import ChainIn, write_chain
from canut.actions.platform.system_clock import now_ms
from canut.actions.projects.edits import Changes, change_project
from canut.actions.projects.setup import (
    Price,
    check_start,
    close_project,
    create_project,
    open_project,
    pause_project,
    set_price,
    start_project,
    write_aims,
    write_question,
)
from canut.actions.protection.risk_preferences import set_risk
from canut.actions.work.project_state import Because
from canut.core.errors import BadInput, Incomplete, Missing
from canut.core.money import Money
from canut.core.pay.intermediaries import Party, PartyRole
from canut.store.integrations.api_keys import organisations_within, projects_within
from canut.store.models import Import, Organisation, Project, QuestionVersion, RateVersion
from canut.store.projects.drafts import current_import
from canut.store.projects.versions import question_or_none, rate_or_none
from canut.store.quality import results
from canut.web.kit.api.gate import actor_of, caller_of, project_of
from canut.web.kit.api.schemas import ListQuery, moment, page_of, place_of
from canut.web.pay.api_costs import cost_told
from canut.web.projects.api_schemas import (
    AimsIn,
    ChainBody,
    ChangesIn,
    OverlapIn,
    ProjectIn,
    QuestionIn,
    RateIn,
    ReasonIn,
    RiskIn,
)


def list_organisations(request: HttpRequest) -> dict[str, object]:
    """List the organisations in whose name this key may create projects."""
    return {"items": organisations_within(caller_of(request))}


def list_projects(request: HttpRequest, page: Query[ListQuery]) -> dict[str, object]:
    """List the projects this key reaches, newest first."""
    (before,) = place_of(page.cursor, (0,))
    rows = projects_within(caller_of(request), before or None, page.limit)
    return page_of(rows, page.limit, lambda row: (row.pk,), line_of)


def begin_project(request: HttpRequest, body: ProjectIn) -> Status[object]:
    """Create a project as a draft; nobody sees it before it starts."""
    created = create_project(
        _organisation(request, body.organisation),
        body.title,
        by=actor_of(request),
        now_ms=now_ms(),
        own_staff=body.own_staff,
    )
    return Status(201, told(created))


def read_project(request: HttpRequest, project: str) -> dict[str, object]:
    """Read a project: question, pay, aims and progress."""
    return told(project_of(request))


def change(request: HttpRequest, project: str, body: ChangesIn) -> dict[str, object]:
    """Change a project's title, who may answer, or the duration of leases."""
    return told(change_project(project_of(request), Changes(**body.dict())))


def change_overlap(request: HttpRequest, project: str, body: OverlapIn) -> Status[object]:
    """Set the overlap; 202 if a job still has many tasks to update."""
    target = project_of(request)
    follows = set_overlap_soon(target.pk, body.overlap)
    return Status(200 if follows else 202, told(project_of(request)))


def say_aims(request: HttpRequest, project: str, body: AimsIn) -> dict[str, object]:
    """Set why the project exists and whose material it is; workers can read it."""
    target = project_of(request)
    write_aims(target, **body.dict())
    return told(target)


def ask(request: HttpRequest, project: str, body: QuestionIn) -> Status[object]:
    """Create a version of the question."""
    version = write_question(
        project_of(request),
        body.asked,
        body.instructions,
        by=actor_of(request),
        now_ms=now_ms(),
    )
    return Status(201, _question(version))


def price(request: HttpRequest, project: str, body: RateIn) -> Status[object]:
    """Set the price of an answer from now on."""
    rate = set_price(
        project_of(request), Price(**body.dict()), by=actor_of(request), now_ms=now_ms()
    )
    return Status(201, _rate(rate))


def say_risk(request: HttpRequest, project: str, body: RiskIn) -> dict[str, object]:
    """Set how hard the material is to look at, which people read before they accept."""
    target = project_of(request)
    set_risk(target, body.severity, body.categories, body.modality, body.column)
    return told(target)


def say_chain(request: HttpRequest, project: str, body: ChainBody) -> dict[str, object]:
    """Declare who pays and the intermediaries; only if people are paid."""
    target = project_of(request)
    rate = rate_or_none(target.pk)
    if rate is None:
        raise Incomplete("set the price of an answer first", field="price")
    between = [
        Party(
            PartyRole(party.role),
            Money(party.share_micro, rate.currency),
            party.name,
            party.country,
        )
        for party in body.between
    ]
    chain = ChainIn(body.client, body.country, body.price_micro, between, body.purpose_hidden)
    write_chain(target, chain, by=actor_of(request), now_ms=now_ms())
    return told(target)


def start(request: HttpRequest, project: str, body: ReasonIn | None = None) -> dict[str, object]:
    """Start the project: fully, or with a pilot if people are paid."""
    target = project_of(request)
    because = _because(request, body)
    waiting = current_import(target)
    if waiting is not None and waiting.state == Import.State.READY:  # sent by the page
        check_start(target, now_ms())
        publish_soon(waiting, because)
    else:
        start_project(target, now_ms(), because)
    return told(project_of(request))


def reopen(request: HttpRequest, project: str, body: ReasonIn | None = None) -> dict[str, object]:
    """Open a project after its pilot or a pause; after a pause, with the reason."""
    target = project_of(request)
    open_project(target, now_ms(), _because(request, body))
    return told(target)


def pause(request: HttpRequest, project: str, body: ReasonIn) -> dict[str, object]:
    """Pause leases and take back the open ones, with the reason; late answers are paid."""
    target = project_of(request)
    pause_project(target, now_ms(), _because(request, body))
    return told(target)


def close(request: HttpRequest, project: str, body: ReasonIn) -> dict[str, object]:
    """Close the project for good, with the reason; answers can still be corrected."""
    target = project_of(request)
    close_project(target, now_ms(), _because(request, body))
    return told(target)


def _because(request: HttpRequest, body: ReasonIn | None) -> Because:
    """Parse the reason of a state change; refuse unknown query parameters.

    Raises:
        BadInput: a parameter is there; the reason is in the body.
    """
    if request.GET:
        raise BadInput(
            f"{', '.join(sorted(request.GET))[:80]!r} is after the question mark; the reason is in"
            " the body, and there is nothing else to say",
        )
    return Because(actor_of(request), body.reason if body else "")


def cost(request: HttpRequest, project: str) -> dict[str, object]:
    """Return the cost of the project by part, and the funds there are."""
    return cost_told(project_of(request))


def estimate(request: HttpRequest, project: str) -> Status[object]:
    """Estimate the labels from the current answers; 202 while a job runs."""
    project_id = project_of(request).pk
    is_done = estimate_soon(project_id)
    return Status(200 if is_done else 202, _estimate_of(project_id, is_done=is_done))


def read_estimate(request: HttpRequest, project: str) -> dict[str, object]:
    """Return what the last estimate used, and whether a job is running."""
    project_id = project_of(request).pk
    return _estimate_of(project_id, is_done=not is_estimate_waiting(project_id))


def _estimate_of(project_id: int, *, is_done: bool) -> dict[str, object]:
    last = results.last_estimate(project_id)
    return {
        "state": "done" if is_done else "waiting",
        "answers": last.answers if last else 0,
        "tasks": last.tasks if last else 0,
        "at": moment(last.created_at) if last else None,
    }


def line_of(project: Project) -> dict[str, object]:
    """Return a project as a list item."""
    return {
        "project": project.slug,
        "title": project.title,
        "state": project.state,
        "organisation": project.organisation,
        "overlap": project.overlap,
        "lease_seconds": project.lease_seconds,
        "own_staff": project.is_own_staff,
        "simulated": project.is_simulated,
        "created_at": moment(project.created_at),
        "opened_at": moment(project.opened_at),
    }


def told(project: Project) -> dict[str, object]:
    """Return a project in full."""
    question, rate = question_or_none(project.pk), rate_or_none(project.pk)
    return line_of(project) | {
        "aims": {
            "business": project.aim_business,
            "social": project.aim_social,
            "ethical": project.aim_ethical,
            "whose": project.origin_whose,
            "consent": project.origin_consent,
            "paid": project.origin_paid,
        },
        "severity": project.label,
        "question": question and _question(question),
        "rate": rate and _rate(rate),
        "progress": results.progress(project.pk),
    }


def _question(version: QuestionVersion) -> dict[str, object]:
    return {
        "version": version.number,
        "schema": version.schema,
        "instructions": version.instructions,
        "at": moment(version.created_at),
    }


def _rate(version: RateVersion) -> dict[str, object]:
    return {
        "version": version.number,
        "piece_micro": version.piece_micro,
        "hourly_micro": version.hourly_micro,
        "task_ms": version.task_ms,
        "currency": version.currency,
        "at": moment(version.created_at),
    }


def _organisation(request: HttpRequest, number: int | None) -> Organisation:
    within = organisations_within(caller_of(request))
    organisation = next((candidate for candidate in within if number in {None, candidate.pk}), None)
    if organisation is None:
        raise Missing("no such organisation that this key reaches", code="no-organisation")
    return organisation
