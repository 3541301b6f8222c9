"""Settings of answer collection: overlap, priority, eligibility, checks, panels."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from canut.actions.integrations.panels import make_panel_link
from canut.actions.operations.jobs import set_overlap_soon
from canut.actions.people.accounts import invitation_token
from canut.actions.platform.system_clock import now_ms
from canut.actions.projects.cost_preview import need_shown
from canut.actions.quality.gold import correct_known, make_known, make_known_from_import, set_audit
from canut.actions.recruiting.prolific import SubmissionMatch, match_submissions
from canut.actions.tasks.model_votes import effect_of, set_model_votes
from canut.actions.tasks.priority import raise_tasks
from canut.actions.work.eligibility import set_caps, set_eligibility
from canut.core.quality.allocation.overlap import sure_enough
from canut.store.integrations.panels import recruitment_of
from canut.store.learning.prelabels import has_prelabels
from canut.store.models import Invitation, Project
from canut.store.quality.gold import audited, gold_of, known_waiting
from canut.store.quality.results import Proportion
from canut.store.turk.hits import has_hits
from canut.store.work.eligibility import eligibility_of
from canut.store.work.qualifications import qualifications_of, requirements_sent
from canut.web.kit.access import get_person, get_task_by_key, list_projects, open_invitations
from canut.web.kit.audiences import REQUESTERS
from canut.web.kit.forms import attempt
from canut.web.kit.messages import message_now
from canut.web.work.collection_forms import (
    AskingForm,
    AuditForm,
    CorrectForm,
    FirstForm,
    FromImportForm,
    GoldForm,
    PanelForm,
    SubmissionsForm,
    VoiceForm,
    WhoForm,
)

MOST_EXPORT_BYTES = 8_000_000
FILLED_IN = {
    "prolific": "?PROLIFIC_PID={{%PROLIFIC_PID%}}&STUDY_ID={{%STUDY_ID%}}"
    "&SESSION_ID={{%SESSION_ID%}}",
    "other": "?participant=…&study=…&session=…",
}


def asking(request: HttpRequest, project: Project) -> HttpResponse:
    """Show and change the overlap of tasks, and which tasks come first."""
    sent = request.POST.get("do", "") if request.method == "POST" else ""
    form = AskingForm(request.POST if sent == "asking" else None, initial=_asked_now(project))
    first = FirstForm(request.POST if sent == "first" else None)
    if sent == "asking" and attempt(
        form, lambda: set_overlap_soon(project.pk, form.least_asked(), form.most_asked())
    ):
        messages.success(request, message_now("page.collection.kept_tasks_follow_answers"))
        return redirect("project_asking", project.slug)
    if sent == "first" and attempt(
        first, lambda: raise_tasks(project.pk, first.keys(), is_first=first.is_first())
    ):
        messages.success(request, message_now("page.collection.kept_whoever_asks_next"))
        return redirect("project_asking", project.slug)
    voice = VoiceForm(
        request.POST if sent == "voice" else None,
        initial={"voice": "one" if project.models_vote else "none"},
    )
    if sent == "voice" and attempt(voice, lambda: set_model_votes(project, is_on=voice.is_on())):
        messages.success(request, message_now("page.collection.kept_it_holds"))
        return redirect("project_asking", project.slug)
    context = {
        "project": project,
        "are_hits": has_hits(project.pk),
        "form": form,
        "first": first,
        "sure": sure_enough(),
        "voice": voice if has_prelabels(project.pk) or project.models_vote else None,
        "effect": effect_of(project),
        "need": need_shown(project, now_ms()),
    }
    status = 422 if form.errors or first.errors or voice.errors else 200
    return render(request, "work/collection.html", context, status=status)


def checks(request: HttpRequest, project: Project) -> HttpResponse:
    """Show the gold checks; add some, correct one, set the audit share."""
    sent = request.POST.get("do", "") if request.method == "POST" else ""
    by, data = get_person(request), request.POST
    waiting = known_waiting(project.pk)
    gold_form = GoldForm(data if sent == "one" else None)
    some = FromImportForm(data if sent == "some" else None, initial={"wanted": min(waiting, 50)})
    wrong = CorrectForm(data if sent == "wrong" else None)
    audit = AuditForm(data if sent == "audit" else None, initial={"share": project.audit_per_mille})
    acts = {
        "one": (
            gold_form,
            lambda: make_known(
                _task(project, gold_form), *gold_form.said(), by=by, now_ms=now_ms()
            ),
        ),
        "some": (
            some,
            lambda: make_known_from_import(project, some.count(), by=by, now_ms=now_ms()),
        ),
        "wrong": (
            wrong,
            lambda: correct_known(_task(project, wrong), *wrong.said(), by=by, now_ms=now_ms()),
        ),
        "audit": (audit, lambda: set_audit(project.pk, audit.per_mille(), now_ms())),
    }
    if sent in acts and attempt(*acts[sent]):
        messages.success(request, message_now("page.collection.kept_scores_and_labels"))
        return redirect("project_checks", project.slug)
    same, total = audited(project.pk)
    context = {
        "project": project,
        "gold": gold_of(project.pk),
        "waiting": waiting,
        "one": gold_form,
        "some": some,
        "wrong": wrong,
        "audit": audit,
        "audited": Proportion(same, total) if total else None,
    }
    status = 422 if any(form.errors for form, _act in acts.values()) else 200
    return render(request, "work/checks.html", context, status=status)


def who(request: HttpRequest, project: Project) -> HttpResponse:
    """Show and change who may work here, and the limits per person."""
    others = [
        other_project
        for other_project in list_projects(get_person(request), REQUESTERS.roles)
        if other_project.organisation_id == project.organisation_id
    ]
    stored = eligibility_of(project.pk)
    form = WhoForm(
        request.POST or None,
        initial=WhoForm.of(project, stored),
        others=others,
        qualifications=qualifications_of(project.organisation_id),
    )

    def keep() -> None:
        set_caps(project, *form.caps())
        set_eligibility(project, form.asked(), by=get_person(request), now_ms=now_ms())

    if request.method == "POST" and attempt(form, keep):
        messages.success(request, message_now("page.collection.kept_whoever_may"))
        return redirect("project_who", project.slug)
    context = {"project": project, "form": form, "sent": requirements_sent(project.pk)}
    return render(request, "work/eligibility.html", context, status=422 if form.errors else 200)


def panels(request: HttpRequest, project: Project) -> HttpResponse:
    """Show the panel links and the people each panel sent; create one."""
    is_export = request.POST.get("do") == "submissions"
    form = PanelForm(None if is_export else request.POST or None)
    export = SubmissionsForm(request.POST if is_export else None)
    matches: list[SubmissionMatch] = []
    if is_export:
        attempt(export, lambda: matches.append(match_submissions(project, _uploaded(request))))
    if (
        request.method == "POST"
        and not is_export
        and attempt(
            form,
            lambda: make_panel_link(project, form.asked(), by=get_person(request), now_ms=now_ms()),
        )
    ):
        messages.success(request, message_now("page.collection.the_link_is_ready"))
        return redirect("project_panels", project.slug)
    rows = [
        (invitation, _link(invitation))
        for invitation in open_invitations(project)
        if hasattr(invitation, "panel")
    ]
    context = {
        "project": project,
        "form": form,
        "rows": rows,
        "sent": recruitment_of(project.pk),
        "export": export,
        "match": matches[0] if matches else None,
    }
    status = 422 if form.errors or export.errors else 200
    return render(request, "work/panels.html", context, status=status)


def _uploaded(request: HttpRequest) -> str:
    """Return the text of the uploaded export; empty for none."""
    upload = request.FILES.get("file")
    content = b"" if upload is None else upload.read(MOST_EXPORT_BYTES)
    return content.decode("utf-8-sig", "replace")


def _link(invitation: Invitation) -> str:
    """Return the URL for a panel, with its placeholders."""
    path = reverse("join", args=[invitation_token(invitation)])
    return f"{settings.URL.rstrip('/')}{path}{FILLED_IN.get(invitation.panel.panel, '')}"


def _task(project: Project, form: GoldForm | CorrectForm) -> int:
    return get_task_by_key(project, form.cleaned_data["key"]).pk


def _asked_now(project: Project) -> dict[str, object]:
    return {
        "how": "fixed" if project.overlap_most is None else "sure",
        "overlap": project.overlap,
        "least": max(2, project.overlap),
        "most": project.overlap_most or max(5, project.overlap),
    }
