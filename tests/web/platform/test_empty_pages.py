"""A page where nothing stands yet says when something will, and has one link to go on."""

import re

import pytest
from django.test import Client

from tests.support.factories import make_person
from tests.support.instance import House

pytestmark = pytest.mark.django_db
BARE = re.compile(r'<p class="mute[^"]*">\s*(Rien encore|Nothing yet|None yet|Aucun[e]?)\.?\s*</p>')
EMPTY = re.compile(r'<p class="mute empty" data-empty>([^<]+)(<a href="([^"]+)">[^<]+</a>)?</p>')
EMPTY_PAGES = (
    ("worker", "/work/{project}/standing", 1),
    ("worker", "/decisions/", 2),
    ("worker", "/account/record", 2),
    ("worker", "/time/", 1),
    ("stranger", "/account/record", 3),
    ("stranger", "/decisions/", 2),
    ("requester", "/appeals/", 2),
    ("requester", "/projects/{project}/pay", 1),
    ("requester", "/projects/{project}/unsure", 1),
    ("operator", "/payroll/periods", 1),
)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(("role", "address", "count"), EMPTY_PAGES)
def test_empty_page_says_when_something_will_stand_there_and_leads_on(
    house: House, role: str, address: str, count: int, language: str
) -> None:
    client = Client()
    client.force_login(make_person() if role == "stranger" else house.people[role])

    answer = client.get(
        address.format(project=house.project.slug), headers={"accept-language": language}
    )
    page = answer.content.decode()

    assert answer.status_code == 200
    assert not BARE.search(page)
    notes = EMPTY.findall(page)
    assert len(notes) == count
    for words, _, link in notes:
        assert len(words.strip()) > len("Rien encore.")
        assert link.startswith(("/", "#"))
        if not link.startswith("#"):
            assert client.get(link).status_code == 200
