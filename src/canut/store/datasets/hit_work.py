"""Work on HITs that programs made, under the names those programs know. Reads only."""

from collections.abc import Collection
from typing import NamedTuple

from django.db.models import F

from canut.core.clock import Ms
from canut.store.tables.turk.people import WorkerAlias
from canut.store.tables.work import Answer


class HitWork(NamedTuple):
    """An answer to a HIT: names of HIT, type, assignment and person, and when it was approved.

    ``assignment`` and ``worker`` are empty where no program has asked for them yet. ``approved_ms``
    is when it was approved by a word, or will be without one.
    """

    hit: str
    hit_type: str
    assignment: str
    worker: str
    annotation: str
    expires_ms: Ms
    approved_ms: Ms
    feedback: str


def hit_work_of(answers: Collection[int]) -> dict[int, HitWork]:
    """Return what programs know of answers to HITs, by the answer; nothing of other answers."""
    rows = (
        Answer.objects.filter(pk__in=answers, task__hit__isnull=False)
        .annotate(
            hit=F("task__hit__public_id"),
            hit_type=F("task__hit__hit_type__public_id"),
            annotation=F("task__hit__annotation"),
            expires_ms=F("task__hit__expires_ms"),
            approval_s=F("task__hit__hit_type__approval_s"),
            organisation=F("task__hit__organisation"),
            person=F("worker__person"),
            assignment=F("lease__assignment__public_id"),
            approved_ms=F("lease__assignment__approved_ms"),
            feedback=F("lease__assignment__feedback"),
        )
        .values()
    )
    on_hits = list(rows)
    people = {row["person"] for row in on_hits}
    organisations = {row["organisation"] for row in on_hits}
    aliases = WorkerAlias.objects.filter(person__in=people, organisation__in=organisations)
    alias_of = dict(aliases.values_list("person", "public_id"))
    return {
        row["id"]: HitWork(
            row["hit"],
            row["hit_type"],
            row["assignment"] or "",
            alias_of.get(row["person"], ""),
            row["annotation"],
            row["expires_ms"],
            min(row["approved_ms"] or _NEVER, row["answered_ms"] + row["approval_s"] * 1000),
            row["feedback"] or "",
        )
        for row in on_hits
    }


_NEVER = 2**63
