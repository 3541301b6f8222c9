"""A hold in a browser, by four roles: held, told to a worker, answered, appealed, lifted."""

import json
import sys
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.instance import Instance, axe

REASONS = "On reconnaît des visages.\nPersonne n’a été consulté.\nFloutez avant de montrer."


def press(tab: Page, button: str) -> None:
    """Press a button that leads to another page."""
    with tab.expect_navigation():
        tab.locator(button).first.click()


def test_reviewer_holds_worker_reads_why_client_answers_and_appeals_and_it_is_lifted(
    instance: Instance, profile: Callable[..., Page]
) -> None:
    made = json.loads(
        instance.told(sys.executable, "-m", "tests.browser.ethics_prepared", str(instance.data))
    )
    tabs = {
        name: profile(width=390 if name == "worker" else 1280, noisy=name == "reviewer")
        for name in ("reviewer", "worker", "client", "council")
    }
    for name, tab in tabs.items():
        tab.goto(instance.url + made["enter"][name])
        if "/enter/" in tab.url:
            press(tab, "form button")
        tab.goto(f"{instance.url}/ethics/{made['number']}/")

    reviewer = tabs["reviewer"]
    form = reviewer.locator("#opinion-form")
    form.locator("[name=verdict][value=hold]").check()
    form.locator("[name=words]").fill("Trop court.")
    form.locator("[name=points]").fill("Floutez les visages.")
    form.locator("[name=grounds][value=consent]").check()
    press(reviewer, "#opinion-form button")
    expect(reviewer.get_by_role("alert")).to_contain_text("trois lignes")
    expect(form.locator("[name=points]")).to_have_value("Floutez les visages.")
    form.locator("[name=words]").fill(REASONS)
    form.locator("[name=facts]").fill("La tâche 0001 montre un visage.")
    press(reviewer, "#opinion-form button")
    assert axe(reviewer) == []

    worker = tabs["worker"]
    worker.goto(f"{instance.url}/work/")
    press(worker, f"a[href='/ethics/{made['number']}/']")
    expect(worker.locator("#opinions")).to_contain_text("On reconnaît des visages.")
    expect(worker.locator("#main")).to_contain_text("Tout votre travail est payé")
    assert axe(worker) == []

    client, council = tabs["client"], tabs["council"]
    client.reload()
    client.locator("#reply-form [name=words]").fill("Tous les visages sont floutés.")
    press(client, "#reply-form button")
    client.locator("summary", has_text="Faire appel").click()
    client.locator("#appeal-form [name=words]").fill(REASONS)
    press(client, "#appeal-form button")
    council.reload()
    council.locator("#vote-form [name=choice][value=no]").check()
    council.locator("#vote-form [name=words]").fill(REASONS)
    press(council, "#vote-form button")
    expect(council.locator("#opinions")).to_contain_text("pour garder")

    reviewer.reload()
    reviewer.locator("#lift-form [name=words]").fill(REASONS)
    press(reviewer, "#lift-form button")
    expect(reviewer.locator("#opinions")).to_contain_text("Levé par la personne responsable")
    worker.goto(f"{instance.url}/ethics/")
    expect(worker.locator("#register")).to_contain_text("Visages dans la rue")
    assert axe(worker) == []
