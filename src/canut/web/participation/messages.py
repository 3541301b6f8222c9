"""Messages about work: questions with a deadline, their answers, and the workers' channel."""

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.decisions.notices import MESSAGES, open_place
from canut.actions.participation.messages import answer_thread, ask_about, say_in_channel, write_to
from canut.actions.platform.system_clock import now_ms
from canut.core.decisions.automated_systems import SYSTEMS
from canut.core.errors import BadInput
from canut.core.outside_text import read_whole
from canut.store.models import Project, Thread
from canut.store.participation.messages import channel, flagged_by, messages_of
from canut.store.sql.seats import Seat
from canut.web.kit.access import get_person, get_thread, list_threads, list_worked_projects
from canut.web.kit.forms import attempt
from canut.web.kit.json_body import read_json
from canut.web.kit.languages import two_sided
from canut.web.kit.messages import message_now
from canut.web.kit.numbers import number_named
from canut.web.participation.forms import MessageAnswerForm, SayForm, WriteForm

OPERATOR = "operator"


class AskIn(msgspec.Struct):
    """A question about a task."""

    lease: int
    text: str = ""


def talk(request: HttpRequest) -> HttpResponse:
    """List my threads and those that wait for me; write a new message."""
    person = get_person(request)
    open_place(person, MESSAGES, now_ms())
    number = request.GET.get("of", "")
    if number:
        return _thread(request, get_thread(person, number_named(number)), MessageAnswerForm())
    form = WriteForm(request.POST or None, initial=_about(request.GET.get("about", "")))
    projects = list_worked_projects(person)
    form.offer_projects(projects)

    def write() -> None:
        to, project = _meant(form.cleaned_data["to"], projects)
        write_to(person, to, project, form.cleaned_data["text"], now_ms())

    if request.method == "POST" and attempt(form, write):
        messages.success(request, message_now("page.participation_messages.your_message_is_sent"))
        return redirect("messages")
    context = {"threads": list_threads(person), "form": form, "flagged": flagged_by(person)}
    return render(
        request, "participation/messages.html", context, status=422 if form.errors else 200
    )


def answer(request: HttpRequest) -> HttpResponse:
    """Add a message to a thread."""
    person = get_person(request)
    number = read_whole(request.POST.get("of", ""))
    if number is None:
        raise BadInput("say which thread", code="bad-request")
    thread = get_thread(person, number)
    form = MessageAnswerForm(request.POST)

    def write() -> None:
        data = form.cleaned_data
        answer_thread(person, thread.pk, data["text"], now_ms(), for_all=data["for_all"])

    if not attempt(form, write):
        return _thread(request, thread, form)
    return redirect(f"{request.path.removesuffix('answer')}?of={thread.pk}")


def ask(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Ask the requesters about a task, from the workbench."""
    body = read_json(request.body, AskIn)
    ask_about(seat.worker, body.lease, body.text, now_ms())
    return HttpResponse(status=204)


def among_workers(request: HttpRequest) -> HttpResponse:
    """Show the channel of workers and representatives; post a message."""
    form = SayForm(request.POST or None)
    person = get_person(request)
    if request.method == "POST" and attempt(
        form, lambda: say_in_channel(person, form.cleaned_data["text"], now_ms())
    ):
        return redirect("representative_channel")
    context = {"form": form, "said": channel()}
    return render(
        request, "participation/channel.html", context, status=422 if form.errors else 200
    )


def _thread(request: HttpRequest, thread: Thread, form: MessageAnswerForm) -> HttpResponse:
    is_mine = thread.opened_by_id == get_person(request).pk
    if is_mine or thread.project_id is None:
        del form.fields["for_all"]
    context = {"thread": thread, "said": messages_of(thread), "form": form, "is_mine": is_mine}
    return render(
        request, "participation/message_thread.html", context, status=422 if form.errors else 200
    )


def _about(rule: str) -> dict[str, str]:
    """Begin a message to the operator about an automated rule, where a page named one."""
    if not rule:
        return {}
    system = SYSTEMS.get(rule)
    if system is None:
        return {"to": OPERATOR, "text": message_now("page.messages.about_the_rules")}
    name = system.name[("en", "fr").index(two_sided())]
    return {"to": OPERATOR, "text": message_now("page.messages.about_a_rule", rule=name)}


def _meant(to: str, projects: list[Project]) -> tuple[Thread.To, Project | None]:
    """Return the recipient and project that the form selects."""
    project = next((candidate for candidate in projects if to == f"project-{candidate.pk}"), None)
    return (Thread.To.REQUESTER, project) if project else (Thread.To.OPERATOR, None)
