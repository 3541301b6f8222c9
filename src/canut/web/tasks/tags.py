"""Template filters of tasks."""

from django import template

from canut.store.models import Task
from canut.web.tasks.task_view import name_of_task

register = template.Library()


@register.filter
def task_name(task: Task) -> str:
    """Return what people know a task by: the names of its files, else its key."""
    return name_of_task(task)
