"""The public lien of a model, and where its lines are written."""

from typing import NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.learning.liens import Lien, lien_of, write_lien
from canut.actions.platform.system_clock import now_ms
from canut.core.learning.lien import LINES, LONGEST, LONGEST_NAME, RECKONED, WRITTEN, LienText
from canut.store.learning.liens import liens_of, missing_of, newest_lien, texts_of
from canut.store.learning.loop import last_trained
from canut.store.models import Project
from canut.web.kit.access import get_person
from canut.web.kit.forms import PlainForm, attempt, words
from canut.web.kit.languages import two_sided
from canut.web.kit.messages import lazy_message, message_now
from canut.web.learning.model_health import slice_name

TITLES = {name: lazy_message(f"lien.{name}") for name in LINES}


class LienLine(NamedTuple):
    """One line as it is shown: its title, its text, whether it is reckoned or missing."""

    name: str
    title: str
    text: str
    is_reckoned: bool
    is_missing: bool


class LienForm(PlainForm):
    """The written lines, in both languages, and who answers for them."""

    responsible = words(
        lazy_message("form.lien.responsible"),
        lazy_message("form.lien.responsible_hint"),
        required=False,
        max_length=LONGEST_NAME,
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name in WRITTEN:
            for language in ("fr", "en"):
                self.fields[f"{name}_{language}"] = words(
                    lazy_message(f"form.lien.{name}_{language}"),
                    lazy_message(f"form.lien.{name}_hint"),
                    area=True,
                    required=False,
                    max_length=LONGEST,
                )

    def lines(self) -> dict[str, LienText]:
        """Return the submitted lines."""
        fields = self.cleaned_data
        return {name: LienText(fields[f"{name}_fr"], fields[f"{name}_en"]) for name in WRITTEN}


def show_lien(request: HttpRequest, number: int) -> HttpResponse:
    """Show the lien of a model to anybody."""
    lien = lien_of(number, now_ms())
    language = two_sided()
    lines = [
        LienLine(
            name,
            str(TITLES[name]),
            "" if name in RECKONED else getattr(lien.texts[name], language),
            name in RECKONED,
            name in lien.missing,
        )
        for name in LINES
    ]
    context = {
        "lien": lien,
        "lines": lines,
        "model_name": f"{lien.trained.author.name} {lien.trained.author.version}".strip(),
        "missing": [str(TITLES[name]) for name in lien.missing],
        "worst": _worst_name(lien),
    }
    return render(request, "learning/lien.html", context)


def write(request: HttpRequest, project: Project) -> HttpResponse:
    """Write the lines of a project's model; each change is a version."""
    newest = newest_lien(project.pk)
    initial: dict[str, str] = {"responsible": newest.responsible if newest else ""}
    for name, text in texts_of(newest).items():
        initial |= {f"{name}_fr": text.fr, f"{name}_en": text.en}
    form = LienForm(request.POST or None, initial=initial)

    def keep() -> None:
        responsible = form.cleaned_data["responsible"]
        write_lien(project, form.lines(), responsible, by=get_person(request), now_ms=now_ms())

    if request.method == "POST" and attempt(form, keep):
        messages.success(request, message_now("page.lien.kept"))
        return redirect("project_lien", project.slug)
    context = {
        "project": project,
        "form": form,
        "missing": [str(TITLES[name]) for name in missing_of(project.pk)],
        "versions": liens_of(project.pk),
        "trained": last_trained(project.pk),
    }
    return render(request, "learning/write_lien.html", context, status=422 if form.errors else 200)


def _worst_name(lien: Lien) -> str:
    worst = lien.wrong.worst
    return slice_name(worst.name) if worst else ""
