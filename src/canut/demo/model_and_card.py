"""Let a model help in the demo's first project, and publish datasets with their labour cards.

A model learns from the crowd's labels, proposes labels for open tasks, and some people answer with
its proposals: some shown, some hidden to check it. Then the datasets of that project and of the
month's are released under an open licence, their cards for anyone to read.
"""

from django.db import transaction

from canut.actions.datasets.export_jobs import ExportIn, ask_export, write_export
from canut.actions.datasets.releases import BUNDLE
from canut.actions.learning.loop import LoopRuleIn, set_loop_rule
from canut.actions.learning.provenance import refresh_provenance
from canut.actions.learning.training import train
from canut.actions.platform.instance_facts import keep_fact
from canut.actions.quality.estimates import estimate_labels
from canut.core.clock import HOUR_MS, MINUTE_MS, Ms
from canut.demo.crowd import Session
from canut.demo.digits import read_digits
from canut.demo.lien import tie_model
from canut.demo.month import SLUG as MONTH_SLUG
from canut.demo.project import SLUG, plan_of, sit
from canut.demo.status import WITH_MODEL, demo_flag
from canut.store.models import Project
from canut.store.tables.datasets import ExportFile
from canut.store.tables.learning import Trained

RULE = LoopRuleIn(shows=True, hidden_per_mille=200)
LEARNT_BEFORE_MS = 5 * HOUR_MS
"""How long before the present the model learnt: what people answer since is seen with it."""
SITTINGS, ANSWERS, APART_MS = 6, 24, 30 * MINUTE_MS
FIRST_SITTING = 10_000
"""Numbers of these sittings, beyond those of the crowd: each has its own random draws."""
RELEASED = (SLUG, MONTH_SLUG)
"""The first has a model in its card, the second what people were paid, and an appeal."""
LICENCE = "CC-BY-4.0"


def teach_model(now_ms: Ms) -> bool:
    """Train a model, and let people answer with it; return whether there was work to do."""
    if demo_flag(WITH_MODEL):
        return False
    project = Project.objects.get(slug=SLUG)
    learnt_ms = now_ms - LEARNT_BEFORE_MS
    if not Trained.objects.filter(project=project).exists():
        set_loop_rule(project, RULE, learnt_ms, by=project.created_by)
        train(project, learnt_ms, by=project.created_by)
        tie_model(project, learnt_ms)
    _answer_with_it(project, learnt_ms)
    estimate_labels(project.id, now_ms)
    refresh_provenance(project.pk, now_ms)
    return True


@transaction.atomic
def _answer_with_it(project: Project, learnt_ms: Ms) -> None:
    """Let some of the crowd answer tasks for which the model has proposed a label."""
    plan = plan_of(project, read_digits())
    workers = project.workers.filter(person__username__startswith="simulated-").order_by("id")
    for number, worker in enumerate(workers.values_list("id", flat=True)[:SITTINGS]):
        at_ms = learnt_ms + (number + 1) * APART_MS
        sit(worker, Session(number, 0, ANSWERS), at_ms, plan, FIRST_SITTING + number)
    keep_fact(WITH_MODEL, "1")


def publish_cards(now_ms: Ms) -> bool:
    """Request the datasets with cards for anyone; return whether there was work to do."""
    bundles = ExportFile.objects.filter(what=BUNDLE).values("project")
    missing = Project.objects.filter(slug__in=RELEASED).exclude(pk__in=bundles)
    for project in missing:
        request = ExportIn(BUNDLE, "zip", licence=LICENCE, is_public=True)
        ask_export(project, request, by=project.created_by, now_ms=now_ms)
    return bool(missing)


def write_datasets() -> None:
    """Write the requested datasets here, where no job does; their jobs then find them written."""
    for export in ExportFile.objects.filter(project__slug__in=RELEASED, what=BUNDLE):
        write_export.call(export.pk)
