"""Setup of a new project: its first file, its price, its pilot and its link.

The other steps are in ``setup_steps``. How many people answer each task can be changed later too.
"""

from dataclasses import replace
from datetime import timedelta
from pathlib import PurePosixPath
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from canut.actions.operations.jobs import (
    are_jobs_run,
    overlap_change,
    publish_soon,
    set_overlap_soon,
)
from canut.actions.pay.funds import deposit_funds
from canut.actions.pay.intermediaries import write_chain
from canut.actions.people.accounts import (
    create_invitation,
    invitation_token,
    join_as_worker,
    rename_invitation,
)
from canut.actions.people.organisations import set_country
from canut.actions.platform.system_clock import now_ms
from canut.actions.projects.cost_preview import before_pilot
from canut.actions.projects.drafts import begin_project, keep_good_rows, set_own_staff
from canut.actions.projects.setup import check_start, set_price
from canut.actions.work.project_state import Because
from canut.core.clock import from_ms
from canut.core.errors import BadInput, Conflict, Incomplete, Refusal, Unfunded
from canut.store.models import Import, Invitation, Project, Role
from canut.store.pay.funds import chain_of
from canut.store.projects.drafts import current_import
from canut.store.projects.versions import rate_or_none
from canut.store.work.pilots import has_paid_people
from canut.web.imports.forms import BeginForm
from canut.web.imports.upload import kept_upload, limit
from canut.web.kit.access import get_person, list_organisations, open_invitations, roles_in
from canut.web.kit.audiences import REQUESTERS
from canut.web.kit.drawing.qr_code import draw_qr_code
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of
from canut.web.pay.price_forms import ChainForm, OverlapForm
from canut.web.projects.draft_view import (
    PILOT_PEOPLE,
    draft_context,
    is_read,
    money_of_draft,
    show_draft,
)
from canut.web.projects.project_settings import show_refused_overlap
from canut.web.projects.setup_forms import DIRECTLY, SetupPriceForm
from canut.web.projects.setup_sections import CHAIN, keep_typed, mark_stored, price_form
from canut.web.projects.setup_steps import read_guessed, store_earlier, to_step

PILOT_DAYS = 7
TITLE_LENGTH = 120


def new(request: HttpRequest) -> HttpResponse:
    """Create a draft from files or a pasted table, read by what its first rows hold."""
    person = get_person(request)
    organisations = list_organisations(person, REQUESTERS.roles)
    form = BeginForm(request.POST or None, organisations=organisations)
    later = (
        (message_now("common.question"), message_now("page.new.question_later")),
        (message_now("page.setup.told"), message_now("page.setup.told_later")),
        (message_now("common.price"), message_now("page.new.price_later")),
        (message_now("common.invite"), message_now("page.setup.invite_later")),
    )
    context = {"form": form, "limit": limit(), "later": later}
    if request.method == "POST" and form.is_valid():
        try:
            token = kept_upload(request)
            organisation = next(
                o for o in organisations if str(o.id) == form.cleaned_data["organisation"]
            )
            title = form.cleaned_data["title"] or _title_of(request)
            project = begin_project(organisation, title, token, by=person, now_ms=now_ms())
        except Refusal as refusal:
            context["file_error"] = words_of(refusal).detail
        else:
            read_guessed(cast("Import", current_import(project)))
            return redirect("project_setup", project.slug)
        context["pasted"] = request.POST.get("pasted", "")
    status = 422 if form.errors or "file_error" in context else 200
    return render(request, "projects/new.html", context, status=status)


def _title_of(request: HttpRequest) -> str:
    """Return a name for the project: that of its file, without its ending."""
    sent = request.FILES.getlist("files")
    name = request.POST.get("upload_name") or (sent[0].name if sent else "")
    stem = PurePosixPath((name or "").replace("\\", "/")).stem
    words = " ".join(stem.replace("_", " ").replace("-", " ").split())
    if not words:
        return message_now("page.new.pasted_table")
    return (words[0].upper() + words[1:])[:TITLE_LENGTH]


def setup(request: HttpRequest, project: Project) -> HttpResponse:
    """Show the steps of a draft; once its pilot is open, the link to invite people."""
    source = current_import(project)
    is_starting = source is not None and bool(source.reading.get("starting"))
    if request.GET.get("step") == "invite" and (
        is_starting or project.state != Project.State.DRAFT
    ):
        return _show_invite(request, project)
    if project.state != Project.State.DRAFT:
        return redirect("project", project.slug)
    return show_draft(request, project)


def price(request: HttpRequest, project: Project) -> HttpResponse:
    """Store the price and who stands in between, then open the pilot and make its link."""
    keep_typed(request, project)
    is_kept = request.POST.get("go") == "keep"  # the price alone is stored, nothing opens
    earlier = None if is_kept else store_earlier(request, project)
    if earlier is not None:
        step, forms = earlier
        return show_draft(request, project, status=422, at=step, **forms)
    form, chain = price_form(project, request.POST), ChainForm(request.POST, prefix=CHAIN)
    is_paid = form.is_valid() and not form.is_own_staff() and f"{CHAIN}-client" in request.POST
    if form.is_valid() and (not is_paid or chain.is_valid()):
        try:
            _store_price(request, project, form, chain if is_paid else None)
            mark_stored(project, form, chain)
            if is_kept:
                return to_step(project, "price")
            _start(request, project)
        except Refusal as refusal:
            _add_refusal(form, chain, refusal)
        else:
            return to_step(project, "invite")
    invalid: dict[str, Form] = {"price": form, "chain": chain} if is_paid else {"price": form}
    return show_draft(request, project, status=422, at="price", **invalid)


def estimate(request: HttpRequest, project: Project) -> HttpResponse:
    """Render the cost of the price being typed, as a page fragment."""
    data = request.GET.copy()
    data.setdefault("who", DIRECTLY)
    context = {"project": project, "people": PILOT_PEOPLE}
    context |= money_of_draft(project, price_form(project, data))
    context["operates"] = Role.OPERATOR in roles_in(get_person(request), project)
    return render(request, "projects/setup/_price_sum.html", context)


def _add_refusal(form: SetupPriceForm, chain: ChainForm, refusal: Refusal) -> None:
    detail = words_of(refusal).detail
    if refusal.case.startswith("chain-over"):
        chain.add_error("price", detail)
    elif isinstance(refusal, BadInput):
        form.add_error("price", detail)
    else:
        form.add_error(None, detail)


def _store_price(
    request: HttpRequest, project: Project, form: SetupPriceForm, chain: ChainForm | None
) -> None:
    """Store price, overlap and chain, each as a new version only where it changed."""
    by = get_person(request)
    if project.is_own_staff != form.is_own_staff():
        set_own_staff(project, own_staff=form.is_own_staff())
    price, rate = form.price_given(), rate_or_none(project.pk)
    declared = price.declared()
    if rate is None or (declared, price.floor_micro) != (rate.declared, project.floor_micro):
        set_price(project, price, by=by, now_ms=now_ms())
    least = form.cleaned_data["overlap"]
    if least != project.overlap:
        set_overlap_soon(project.id, least)
    if chain is None:
        return
    declared_chain = chain.chain_given(price.currency)
    if form.cleaned_data["who"] == DIRECTLY:
        declared_chain = replace(declared_chain, between=(), price_micro=None)
        if declared_chain.client == project.organisation.name:
            set_country(project.organisation, declared_chain.country)
    stored = chain_of(project.id)
    is_same = stored is not None and not declared_chain.between and len(stored.parties) == 1
    if not (
        is_same
        and stored
        and (stored.client, stored.country) == (declared_chain.client, declared_chain.country)
    ):
        write_chain(project, declared_chain, by=by, now_ms=now_ms())


@transaction.atomic
def _open_link(request: HttpRequest, project: Project) -> None:
    """Make the link of the pilot, write down the money that is there, and check the start."""
    by, at_ms = get_person(request), now_ms()
    if not _links(project):
        create_invitation(
            project,
            Role.WORKER,
            by=by,
            expires_at=from_ms(at_ms) + timedelta(days=PILOT_DAYS),
            max_uses=PILOT_PEOPLE,
            note="",
            now_ms=at_ms,
        )
    is_operator = Role.OPERATOR in roles_in(by, project)
    if request.POST.get("deposit") and is_operator and has_paid_people(project):
        missing = before_pilot(project, at_ms).missing
        if missing.micro:
            note = request.POST.get("deposit_note") or message_now("page.setup.deposit_note")
            deposit_funds(project, missing, note, by=by, now_ms=at_ms)
    check_start(project, at_ms)


def _start(request: HttpRequest, project: Project) -> None:
    """Publish the rows and open the project: with a pilot if people are paid."""
    source = current_import(project)
    if source is not None and source.state == Import.State.READY and source.rows_good:
        keep_good_rows(source)  # a draft of before may not have kept them
    if source is None or not is_read(source):
        raise Incomplete("settle the rows of the file first", field="tasks", code="rows-unsettled")
    _open_link(request, project)
    publish_soon(source, Because(get_person(request)))
    project.refresh_from_db()


def _links(project: Project) -> list[Invitation]:
    """List the links for workers that are not withdrawn, newest first."""
    links = open_invitations(project)
    return [link for link in links if link.role == Role.WORKER and link.revoked_at is None]


def _show_invite(request: HttpRequest, project: Project) -> HttpResponse:
    links = _links(project)
    link = links[-1] if links else None
    address = ""
    if link is not None:
        path = reverse("join", args=[invitation_token(link)])
        address = f"{settings.URL.rstrip('/')}{path}"
    context = draft_context(request, project, at="invite") | {
        "invitation": link,
        "address": address,
        "qr": draw_qr_code(address, message_now("page.setup.qr")) if address else "",
    }
    return render(request, "projects/setup.html", context)


def invite(request: HttpRequest, project: Project) -> HttpResponse:
    """Name the link of the pilot."""
    links = _links(project)
    if links:
        rename_invitation(links[-1], request.POST.get("name", ""))
        messages.success(request, message_now("page.setup.link_named"))
    return to_step(project, "invite")


def overlap(request: HttpRequest, project: Project) -> HttpResponse:
    """Change the overlap; show the progress of the change as a page fragment."""
    if request.method != "POST":
        far = {"change": overlap_change(project.id), "are_jobs_run": are_jobs_run}
        return render(request, "projects/_edit_settings.html", {"project": project, **far})
    form = OverlapForm(request.POST)
    if not form.is_valid():
        refusal = BadInput("overlap is a whole number from 1 to 100", code="bad-overlap")
        return show_refused_overlap(request, project, refusal)
    count = form.cleaned_data["overlap"]
    try:
        is_changed_at_once = set_overlap_soon(project.id, count)
    except (BadInput, Conflict, Unfunded) as refusal:
        return show_refused_overlap(request, project, refusal)
    if not is_changed_at_once:
        return redirect("project_settings", project.slug)
    text = message_now("page.setup.from_now_on_each", count=count)
    messages.success(request, text)
    return redirect("project_settings", project.slug)


def answer(request: HttpRequest, project: Project) -> HttpResponse:
    """Add a requester of the project as a worker in it."""
    join_as_worker(project, get_person(request), now_ms())
    return redirect("workbench", project.slug)
