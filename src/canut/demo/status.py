"""Progress flags of the demo, readable without importing its code."""

from canut.store.tables.platform import Fact

MADE_BY_DEMO, READY, MONTH = "made_by_demo", "demo_ready", "month_ready"
WITH_MODEL, WHOLE = "model_ready", "demo_whole"


def demo_flag(name: str) -> str | None:
    """Return the value of a fact; None if it is not set."""
    return Fact.objects.filter(name=name).values_list("value", flat=True).first()
