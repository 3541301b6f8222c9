"""Nothing of a passport leaves without its holder: who reads its tables and opens its pages."""

import re
from pathlib import Path

import pytest
from django.test import Client

import canut
from canut.actions.people.accounts import add_member
from canut.store.models import Role
from canut.web.kit.audiences import ANYONE, SIGNED_IN
from canut.web.passport.routes import PASSPORT
from tests.support.factories import NOW_MS, make_person, make_project
from tests.support.known_tasks import bring_own, make_own_credential

SOURCE = Path(canut.__file__).parent
TABLES = re.compile(
    r"\b(PassportCredential|PassportLink|BroughtCredential|RecognitionDraft)\b|passport_?credential"
)
WING = re.compile(r"\bcanut\.(core|store|actions|web)\.passport\b")
MAY_READ_TABLES = {
    "actions/people/erasure.py",  # deletes them
    "store/models.py",
    "store/people/retention_register.py",  # says how long they stay
    "store/tables/passport.py",
}
DECIDE_OR_TELL = {
    "api", "datasets", "decisions", "imports", "integrations", "kit", "learning", "lessons",
    "operations", "participation", "pay", "people", "portrait", "projects", "protection",
    "quality", "rules", "tasks", "time", "work",
}  # fmt: skip
"""Wings that lend, price, review, export, search or publish."""
MAY_IMPORT = {"actions/portrait/perspectives.py"}
"""Counts people with a skill shown; told from twenty people on, and rounded."""
PUBLIC = {
    "passport_shown", "passport_verify", "passport_did", "passport_status", "passport_skill",
    "passport_work", "passport_rule",
}  # fmt: skip


def sources() -> dict[str, str]:
    """Return the text of each file outside the passport's own folders, by path."""
    files = {
        str(path.relative_to(SOURCE)): path.read_text()
        for path in SOURCE.rglob("*.py")
        if "passport" not in path.parent.name and path.parent.name != "migrations"
    }
    assert len(files) > 500
    return files


def test_only_the_passport_itself_and_the_erasure_name_its_tables() -> None:
    named = {path for path, text in sources().items() if TABLES.search(text)}

    assert named <= MAY_READ_TABLES


def test_no_lending_price_review_api_export_or_search_knows_the_passport() -> None:
    importing = {path for path, text in sources().items() if WING.search(text)} - MAY_IMPORT

    assert not {Path(path).parent.name for path in importing} & DECIDE_OR_TELL


def test_each_page_is_the_holders_own_or_says_nothing_of_anybody() -> None:
    public = {route.name for route in PASSPORT if route.audience is ANYONE}

    assert public == PUBLIC
    assert all(route.audience in {ANYONE, SIGNED_IN} for route in PASSPORT)


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.OPERATOR, Role.REQUESTER, Role.AUDITOR, Role.REVIEWER])
def test_nobody_who_runs_the_instance_or_a_project_opens_it(role: Role) -> None:
    holder, made = make_person(), make_project(tasks=1)
    credential, brought = make_own_credential(holder), bring_own(holder)
    other = make_person()
    add_member(other, role, NOW_MS, organisation=made.project.organisation)
    client = Client()
    client.force_login(other)

    for address in (f"{credential.pk}/", f"{credential.pk}/credential.json"):
        assert client.get(f"/account/passport/{address}").status_code == 404
    assert client.post(f"/account/passport/bring/{brought.pk}/ask").status_code == 404
    bundle = client.post("/account/passport/bundle", {"credentials": [credential.pk]})
    assert bundle.status_code == 422
    assert "Ailleurs" not in client.get("/account/passport/bring").content.decode()
