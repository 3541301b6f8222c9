"""Find the decisions of a pay period that nobody here is independent to hear an appeal on.

Their statement says so to the people concerned, by kind and project and without the words of the
decision: whoever runs the payroll reads statements too. Who is independent is decided in
``store.tables.appeals``.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from canut.actions.pay.payable_time import Who
from canut.core.pay.statement_input import UnheardGiven
from canut.core.time.working_hours import local_day
from canut.store.tables.appeals import independent_people
from canut.store.tables.decisions import Decision

FAVOURABLE = (Decision.Kind.TIME_GRANTED, Decision.Kind.CORRECTION)
type Key = tuple[str, str]


class Unheard:
    """Looks up once for each project who could hear an appeal."""

    def __init__(self) -> None:
        self._hear: dict[int | None, frozenset[int]] = {}

    def of(self, people: Sequence[Who]) -> dict[int, list[UnheardGiven]]:
        """Return what each person's window holds of such decisions, by kind and project."""
        windows = {who.person: who for who in people}
        stands = Decision.objects.filter(
            person__in=windows,
            at_ms__gte=min(who.begin_ms for who in people),
            at_ms__lt=max(who.end_ms for who in people),
            undone_ms=None,
        ).exclude(kind__in=FAVOURABLE)
        found: dict[int, dict[Key, list[date]]] = defaultdict(lambda: defaultdict(list))
        for one in stands.select_related("project").order_by("at_ms", "id"):
            who = windows[one.person_id]
            if who.begin_ms <= one.at_ms < who.end_ms and self._is_unheard(one):
                key = (one.kind, one.project.title if one.project else "")
                found[one.person_id][key].append(local_day(one.at_ms, ZoneInfo(who.zone)))
        return {
            person: [
                UnheardGiven(days[-1], kind, project, len(days))
                for (kind, project), days in sorted(own.items())
            ]
            for person, own in found.items()
        }

    def _is_unheard(self, one: Decision) -> bool:
        if one.project_id not in self._hear:
            able = independent_people(one.project).values_list("pk", flat=True)
            self._hear[one.project_id] = frozenset(able)
        return not self._hear[one.project_id] - {one.person_id, one.made_by_id or 0}
