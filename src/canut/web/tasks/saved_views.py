"""Keep the filter of the list of tasks under a name, and delete such a view."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from canut.actions.platform.system_clock import now_ms
from canut.actions.tasks.saved_views import delete_view, save_view
from canut.store.models import Project
from canut.web.kit.access import get_person
from canut.web.kit.messages import message_now
from canut.web.tasks.filter import read_filter


def save(request: HttpRequest, project: Project) -> HttpResponse:
    """Keep the submitted filter under a name, and show the list it finds."""
    query = read_filter(request.POST).link()
    view = save_view(
        project, get_person(request), request.POST.get("name", ""), query, now_ms=now_ms()
    )
    messages.success(request, message_now("page.saved_views.kept", name=view.name))
    answered = redirect("project_tasks", project.slug)
    answered["Location"] += f"?{query}"
    return answered


def delete(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Delete a view; the tasks it finds stay."""
    name = delete_view(project, get_person(request), number)
    messages.success(request, message_now("page.saved_views.deleted", name=name))
    return redirect("project_tasks", project.slug)
