"""People recruited through panels: Prolific, CloudResearch, a university's own.

A link stores its panel, the completion code, and the return URL. The panel's ids of people never
enter datasets: only counts do.
"""

from collections import Counter

from canut.store.tables.integrations import Recruited

FEWEST_SHOWN = 10


def recruitment_of(project_id: int) -> dict[str, int]:
    """Count a project's people by panel; counts under ten are left out.

    ``""`` counts those who came by a plain link.
    """
    panels = Counter(
        Recruited.objects.filter(project_id=project_id).values_list("panel", flat=True)
    )
    return {panel: count for panel, count in sorted(panels.items()) if count >= FEWEST_SHOWN}
