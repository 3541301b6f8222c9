"""Migrate with fewer pictures of the tables: a changed table is drawn alone.

At each step Django draws every table that has to do with the changed one, and in Canut all of them
have to do with people and projects: of an upgrade over forty-seven migrations, three quarters of
the processor's time went there. What a step does to the database needs the changed table, and the
names and keys of those it refers to, which stay. Where a step alters what others refer to, or runs
Python, all are drawn anew. ``tests/upgrade`` holds what comes out to the shape of a new database.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.migrations.state import ProjectState, StateApps


@contextmanager
def changed_tables_alone() -> Iterator[None]:
    """Draw the changed table alone, as long as the context lasts."""
    ours = {"reload_model": _reload_model, "reload_models": _reload_models}
    of_django = {name: getattr(ProjectState, name) for name in ours}
    try:
        for name, method in ours.items():
            setattr(ProjectState, name, method)
        yield
    finally:
        for name, method in of_django.items():
            setattr(ProjectState, name, method)


def _reload_model(
    state: ProjectState, app_label: str, model_name: str, *, delay: bool = False
) -> None:
    """Draw one table; where others refer to what changed, all of them, when next asked for.

    ``delay`` is Django's word for a change to which nothing refers.
    """
    models: StateApps | None = state.__dict__.get("apps")
    if models is None:
        return
    if not delay and model_name in models.all_models[app_label]:
        _forget(state)
        return
    state.is_delayed = True  # before Python runs, Django draws all of them anew
    with models.bulk_update():
        models.unregister_model(app_label, model_name)
    models.render_multiple([state.models[app_label, model_name]])


def _reload_models(state: ProjectState, *_models: object, **_delay: object) -> None:
    """Draw all of them when next asked for: several were renamed, or refer to something else."""
    if "apps" in state.__dict__:
        _forget(state)


def _forget(state: ProjectState) -> None:
    del state.__dict__["apps"]
    state.is_delayed = False
