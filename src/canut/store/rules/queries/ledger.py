"""Queries about the log, its witnesses and the labour cards. Reads only."""

import json

from django.db.models import Exists, OuterRef

from canut.core.datasets.card import FIELDS, Grade
from canut.store.rules.evidence import MOST_ROWS, Evidence, EvidenceRow, Scope, tally
from canut.store.tables.datasets import Card
from canut.store.tables.ledger import Cosignature, Log

WITNESS_DAYS = 7
MOST_CARDS = 100
SECOND = 1_000


def witnesses(scope: Scope) -> Evidence:
    """Q39: a witness signed each log lately."""
    since_s = scope.before_ms(WITNESS_DAYS) // SECOND
    signed = Cosignature.objects.filter(log=OuterRef("pk"), at_s__gte=since_s)
    cases = Log.objects.filter(size__gt=0)
    return tally(scope, "log", cases, cases.exclude(Exists(signed)), "")


def card_figures(scope: Scope) -> Evidence:
    """Q38: a known figure of a project's newest card is more than asserted, where it could be."""
    if scope.person is not None:
        return Evidence(0, 0)
    newer = Card.objects.filter(project=OuterRef("project"), number__gt=OuterRef("number"))
    newest = Card.objects.filter(~Exists(newer)).order_by("-made_ms")
    cases, bad, rows = 0, 0, list[EvidenceRow]()
    for number, content in newest.values_list("pk", "content")[:MOST_CARDS]:
        figures = json.loads(content)["credentialSubject"]["figures"]
        grades = [
            figure["grade"]
            for name, figure in figures.items()
            if figure.get("value") is not None
            and name in FIELDS
            and FIELDS[name].best > Grade.ASSERTED
        ]
        asserted = sum(grade == Grade.ASSERTED.name for grade in grades)
        cases, bad = cases + len(grades), bad + asserted
        rows += [EvidenceRow("card", number)] if asserted else []
    return Evidence(cases, bad, rows=tuple(rows[:MOST_ROWS]))
