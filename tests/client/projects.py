"""Projects that a program begins."""

from canut_client import Client
from tests.support.factories import SCHEMA

AIMS = dict.fromkeys(("business", "social", "ethical", "whose", "consent", "paid"), "said")


def begun(client: Client) -> str:
    """Begin a project of own staff; return its name."""
    return client.begin_project("Avis", own_staff=True).id


def opened(client: Client, rows: int = 3) -> str:
    """Make a project that lends its tasks, each to one worker."""
    project = begun(client)
    client.write_aims(project, **AIMS)
    client.write_risk(project, 0)
    client.ask(project, SCHEMA)
    client.price(project, "CAD", piece_micro=0)
    client.set_overlap(project, 1)
    client.add_tasks(project, [{"id": f"{n}", "text": f"avis {n}"} for n in range(rows)])
    client.start(project)
    return project
