"""Queries about projects, models and what clients are asked for. Reads only."""

from collections.abc import Collection

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum

from canut.store.rules.evidence import Evidence, Scope, of_instance, tally
from canut.store.rules.queries.people import at_work
from canut.store.tables.datasets import MaterialVersion
from canut.store.tables.learning import Trained
from canut.store.tables.pay import ChainParty, ChainVersion, FundsLine
from canut.store.tables.portrait import PortraitRelease
from canut.store.tables.projects import LENDING, Project, QuestionVersion, RateVersion
from canut.store.tables.work import Eligibility, Lease, Pilot, TaskPace

PACE_DAYS = 30
OPEN = Project.State.OPEN


def open_projects() -> QuerySet[Project]:
    """Select the projects that lend tasks."""
    return Project.objects.filter(state__in=LENDING)


def open_and_paid(states: Collection[str] = (OPEN,)) -> QuerySet[Project]:
    """Select the projects in these states whose present price pays something."""
    newest = RateVersion.objects.filter(project=OuterRef("pk")).order_by("-number")
    return (
        Project.objects.filter(state__in=states, is_own_staff=False)
        .alias(
            piece=Subquery(newest.values("piece_micro")[:1]),
            hour=Subquery(newest.values("by_hour_micro")[:1]),
        )
        .filter(Q(piece__gt=0) | Q(hour__gt=0))
    )


def opened_rightly(scope: Scope) -> Evidence:
    """Q04: a paid project opened with its pilot, its chain and its funds."""
    cases = open_and_paid()
    ready = (
        Exists(Pilot.objects.filter(project=OuterRef("pk"), passed_ms__isnull=False))
        & Exists(ChainVersion.objects.filter(project=OuterRef("pk")))
        & Exists(FundsLine.objects.filter(project=OuterRef("pk"), kind=FundsLine.Kind.RESERVE))
    )
    return tally(scope, "project", cases, cases.exclude(ready), "")


def material(scope: Scope) -> Evidence:
    """Q40: a project that asks people says by which gestures its material was made."""
    cases = Project.objects.exclude(state=Project.State.DRAFT)
    described = Exists(MaterialVersion.objects.filter(project=OuterRef("pk")))
    return tally(scope, "project", cases, cases.exclude(described), "")


def chains(scope: Scope) -> Evidence:
    """Q25: the shares of a chain sum to its price."""
    newest = ChainVersion.objects.filter(project=OuterRef("pk")).order_by("-number")
    shares = ChainParty.objects.filter(chain=OuterRef("newest")).order_by().values("chain")
    cases = open_and_paid(LENDING).alias(
        newest=Subquery(newest.values("pk")[:1]),
        price=Subquery(newest.values("price_micro")[:1]),
    )
    summed = cases.alias(shares=Subquery(shares.annotate(sum=Sum("share_micro")).values("sum")))
    bad = summed.filter(Q(newest=None) | Q(shares=None) | ~Q(shares=F("price")))
    return tally(scope, "project", cases, bad, "")


def estimates(scope: Scope) -> Evidence:
    """Q26: a paid project shows a time and a pay that were measured lately."""
    fresh = TaskPace.objects.filter(project=OuterRef("pk"), at_ms__gte=scope.before_ms(PACE_DAYS))
    cases = open_and_paid()
    return tally(scope, "project", cases, cases.exclude(Exists(fresh)), "")


def hard_material(scope: Scope) -> Evidence:
    """Q27: a project with hard material says how hard, and lends it with its dose."""
    cases = Project.objects.exclude(state=Project.State.DRAFT).filter(
        Q(severity__gt=0) | Q(severity_most__gt=0) | Q(severity=None)
    )
    undosed = Lease.objects.filter(
        project=OuterRef("pk"), severity__gt=0, state=Lease.State.ANSWERED, bearer=None
    )
    bad = cases.filter(Q(severity=None) | Exists(undosed))
    return tally(scope, "project", cases, bad, "")


def aims(scope: Scope) -> Evidence:
    """Q63: an open project says who asks and what for."""
    cases = open_projects()
    bad = cases.filter(Q(aim_business="") | Q(aim_social="") | Q(organisation__name=""))
    return tally(scope, "project", cases, bad, "")


def eligibility(scope: Scope) -> Evidence:
    """Q65: no place is left out without a reason of law."""
    without = Eligibility.objects.filter(project=OuterRef("pk"), legal_reason="").exclude(place="")
    cases = open_projects()
    return tally(scope, "project", cases, cases.filter(Exists(without)), "")


def instructions(scope: Scope) -> Evidence:
    """Q66: an open project has instructions."""
    newest = QuestionVersion.objects.filter(project=OuterRef("pk")).order_by("-number")
    cases = open_projects().alias(words=Subquery(newest.values("instructions")[:1]))
    return tally(scope, "project", cases, cases.filter(Q(words="") | Q(words=None)), "")


def models_exported(scope: Scope) -> Evidence:
    """Q41: a model leaves with its human hours, or its base."""
    cases = Trained.objects.filter(exported_ms__isnull=False)
    return tally(scope, "model", cases, cases.filter(labels_ms=0, simulated_ms=0, base=""), "")


def portrait(scope: Scope) -> Evidence:
    """Q64: a release of the Portrait with real work is out."""
    is_out = PortraitRelease.objects.filter(is_simulated=False).exists()
    return of_instance(scope, is_case=bool(at_work(scope)), is_bad=not is_out)
