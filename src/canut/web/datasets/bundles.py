"""The dataset with its labour card: request it, follow its job, download it; earlier cards."""

from django import forms
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from canut.actions.datasets.export_jobs import ExportIn, ask_export, bundle_being_made, file_of
from canut.actions.datasets.releases import BUNDLE, pieces, releases_of, written_of
from canut.actions.operations.jobs import are_jobs_run
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import Missing
from canut.store.datasets.card_figures import card_numbered, has_simulated
from canut.store.datasets.export_jobs import bundles_of, export_numbered
from canut.store.datasets.resales import resale_sums
from canut.store.models import Project
from canut.store.tables.datasets import Card, ExportFile
from canut.web.datasets.card_wording import card_in_words
from canut.web.datasets.cards import card_file, log_facts, withdrawn_facts
from canut.web.kit.access import get_person
from canut.web.kit.fields import tick
from canut.web.kit.forms import PlainForm, attempt
from canut.web.kit.messages import lazy_message
from canut.web.kit.refusals import words_for

LICENCES = ("CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0", "CC0-1.0", "ODC-By-1.0", "ODbL-1.0")


class ReleaseForm(PlainForm):
    """The licence of the dataset, and whether its card is public."""

    licence = forms.CharField(
        label=lazy_message("page.bundles.licence"),
        help_text=lazy_message("page.bundles.its_spdx_name_empty"),
        max_length=64,
        required=False,
        widget=forms.TextInput(
            attrs={"class": "inp brief", "list": "licences", "autocomplete": "off"}
        ),
    )
    is_public = tick(lazy_message("page.bundles.show_the_card"))
    with_media = tick(lazy_message("page.bundles.with_media"))


def about_releases(project: Project, form: ReleaseForm | None = None) -> dict[str, object]:
    """Collect what the export page shows about datasets and their cards."""
    being_made = bundle_being_made(project)
    releases = releases_of(project)
    failed = [
        export for export in bundles_of(project.pk, 1) if export.state == ExportFile.State.FAILED
    ]
    return {
        "release_form": form or ReleaseForm(),
        "licences": LICENCES,
        "releases": releases,
        "newest": releases[0] if releases else None,
        "failed": [words_for(export.failure) for export in failed],
        **_making(being_made),
    }


def bundle(request: HttpRequest, project: Project) -> HttpResponse:
    """Request the dataset, show the progress of its job, and redirect when it is done."""
    page = f"{reverse('project_export', args=[project.slug])}#dataset"
    if request.method == "POST":
        form = ReleaseForm(request.POST)

        def ask() -> None:
            data = form.cleaned_data
            spec = ExportIn(BUNDLE, "zip", **data)
            ask_export(project, spec, by=get_person(request), now_ms=now_ms())

        if attempt(form, ask):
            return redirect(page)
        context = {"project": project, **about_releases(project, form)}
        return render(request, "datasets/bundle.html", context, status=422)
    being_made = bundle_being_made(project)
    if being_made is None:
        return redirect(page)
    return render(
        request, "datasets/_bundle_progress.html", {"project": project, **_making(being_made)}
    )


def bundle_file(request: HttpRequest, project: Project, number: int) -> StreamingHttpResponse:
    """Send the file of a dataset."""
    export = export_numbered(project.pk, number)
    if export is None or export.what != BUNDLE:
        raise Missing("no such dataset of this project")
    show = "-simulated" if has_simulated() else ""
    name = f"{project.slug}-{export.options.get('card', number)}{show}.zip"
    path = file_of(export)
    answer = StreamingHttpResponse(pieces(path), content_type="application/zip")
    answer["Content-Length"] = path.stat().st_size
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def card(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Show one of the project's cards to those who may download its data."""
    stored = _card_of(project, number)
    links = {
        form: reverse("project_card_as", args=[project.slug, number, form])
        for form in ("json", "pdf")
    }
    context = {
        "card": card_in_words(stored),
        "links": links,
        **withdrawn_facts(stored),
        "resold": resale_sums(project),
        **log_facts(stored),
    }
    return render(request, "datasets/card.html", context)


def card_as(request: HttpRequest, project: Project, number: int, form: str) -> HttpResponse:
    """Send one of the project's cards as signed JSON or as a one-page PDF."""
    answer = card_file(_card_of(project, number), form)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _card_of(project: Project, number: int) -> Card:
    stored = card_numbered(project, number)
    if stored is None:
        raise Missing("this project has no such card")
    return stored


def _making(being_made: ExportFile | None) -> dict[str, object]:
    if being_made is None:
        return {"being_made": None}
    done, total = written_of(being_made)
    return {"being_made": being_made, "done": done, "total": total, "are_jobs_run": are_jobs_run()}
