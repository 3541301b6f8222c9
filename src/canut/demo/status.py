"""What the demo has made already, seen without loading what makes it."""

from canut.store.tables.platform import Fact

MADE_BY_DEMO, READY, MONTH = "made_by_demo", "demo_ready", "month_ready"


def demo_flag(name: str) -> str | None:
    """Return what a fact says; None where nobody noted it."""
    return Fact.objects.filter(name=name).values_list("value", flat=True).first()
