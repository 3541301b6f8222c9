"""Find the decisions of a pay period that nobody here is independent to hear an appeal on.

Their statement says so to the people concerned, by kind and project and without the words of the
decision: whoever runs the payroll reads statements too. Who is independent is decided in
``store.decisions.appeals``.

Reads only.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from canut.actions.pay.payable_time import Who
from canut.core.clock import local_day
from canut.core.pay.statement_input import UnheardGiven
from canut.store.decisions.appeals import independent_people
from canut.store.tables.decisions import Decision

FAVOURABLE = (Decision.Kind.TIME_GRANTED, Decision.Kind.CORRECTION)


type Key = tuple[str, str]


class Unheard:
    """Finds decisions nobody independent could hear; one lookup per project."""

    def __init__(self) -> None:
        self._hear: dict[int | None, frozenset[int]] = {}

    def of(self, people: Sequence[Who]) -> dict[int, list[UnheardGiven]]:
        """Return each person's decisions without an independent reader, by kind and project."""
        windows = {payee.person: payee for payee in people}
        stands = Decision.objects.filter(
            person__in=windows,
            at_ms__gte=min(payee.begin_ms for payee in people),
            at_ms__lt=max(payee.end_ms for payee in people),
            undone_ms=None,
        ).exclude(kind__in=FAVOURABLE)
        dates: dict[int, dict[Key, list[date]]] = defaultdict(lambda: defaultdict(list))
        for decision in stands.select_related("project").order_by("at_ms", "id"):
            payee = windows[decision.person_id]
            if payee.begin_ms <= decision.at_ms < payee.end_ms and self._is_unheard(decision):
                key = (decision.kind, decision.project.title if decision.project else "")
                dates[decision.person_id][key].append(
                    local_day(decision.at_ms, ZoneInfo(payee.zone))
                )
        return {
            person: [
                UnheardGiven(days[-1], kind, project, len(days))
                for (kind, project), days in sorted(own.items())
            ]
            for person, own in dates.items()
        }

    def _is_unheard(self, decision: Decision) -> bool:
        if decision.project_id not in self._hear:
            able = independent_people(decision.project).values_list("pk", flat=True)
            self._hear[decision.project_id] = frozenset(able)
        return not self._hear[decision.project_id] - {decision.person_id, decision.made_by_id or 0}
