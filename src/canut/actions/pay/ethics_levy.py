"""Spread what ethics reviews of a period cost over its projects, in proportion to their cost.

The platform pays its reviewers; every project with pay in the period bears a share, reviewed or
not, so that no review costs a client more than none would and refusing costs a reviewer nothing.
Where no project has pay in that currency, the platform bears it.
"""

import json
from collections import defaultdict
from collections.abc import Mapping

from canut.core.pay.statement_costs import by_largest_remainder, costs_of
from canut.core.pay.statement_input import ETHICS
from canut.store.tables.ethics import EthicsHour, EthicsLevy
from canut.store.tables.pay import Period, Statement


def levies_of(period: Period, sums: Mapping[tuple[int, str], int]) -> dict[tuple[int, str], int]:
    """Store each project's levy for a closed period, once; return it by project and currency.

    Args:
        period: whose statements are complete.
        sums: what its statements cost each project, in micro-units, by project and currency.
    """
    stored = EthicsLevy.objects.filter(period=period)
    if not stored.exists():
        EthicsLevy.objects.bulk_create(_levies(period, sums))
    rows = stored.values_list("project", "currency", "micro")
    return {(project, currency): micro for project, currency, micro in rows}


def _levies(period: Period, sums: Mapping[tuple[int, str], int]) -> list[EthicsLevy]:
    levies: list[EthicsLevy] = []
    for currency, micro in sorted(_review_costs(period).items()):
        bearers = sorted(
            project for (project, code), cost in sums.items() if code == currency and cost > 0
        )
        shares = by_largest_remainder(micro, [sums[project, currency] for project in bearers])
        levies += [
            EthicsLevy(period=period, project_id=project, currency=currency, micro=share)
            for project, share in zip(bearers, shares, strict=True)
            if share > 0
        ]
    return levies


def _review_costs(period: Period) -> dict[str, int]:
    """Sum what ethics reviews cost in the statements of a period, by currency."""
    reviewers = EthicsHour.objects.values("person")
    costs: dict[str, int] = defaultdict(int)
    for statement in Statement.objects.filter(period=period, person__in=reviewers):
        for cost in costs_of(json.loads(statement.content)):
            if cost.project == ETHICS:
                costs[statement.currency] += cost.micro
    return costs
