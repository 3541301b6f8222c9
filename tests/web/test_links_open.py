"""People may open every link of the pages that they are shown."""

import re
from collections import Counter, deque

import pytest
from django.test import Client

from canut.store.models import Membership, Role
from tests.support.instance import House

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}
LINK = re.compile(r'<a\b[^>]*?\bhref="(/[^"#]*)')
FIRST = ("/", "/more", "/account")
MOST_PAGES = 80
CLOSED = {403, 404, 405, 500}
ELSEWHERE = ("/accounts/logout", "/api/", "/media/", "/static/", "/log/")


def shape(address: str) -> str:
    """Return an address with its numbers and its query taken out."""
    return re.sub(r"\d+", "0", address.split("?", maxsplit=1)[0])


def closed_links(client: Client) -> dict[str, tuple[int, str]]:
    """Follow links, one of each shape; return those that do not open, and the page of the link."""
    pages_of = dict.fromkeys(FIRST, "")
    queue, shapes = deque(FIRST), Counter(map(shape, FIRST))
    closed: dict[str, tuple[int, str]] = {}
    for _ in range(MOST_PAGES):
        if not queue:
            break
        address = queue.popleft()
        response = client.get(address, headers=EN, follow=True)
        if response.status_code in CLOSED:
            closed[address] = (response.status_code, pages_of[address])
        if response.streaming or "html" not in response["Content-Type"]:
            continue
        for link in LINK.findall(response.content.decode().replace("&amp;", "&")):
            if not shapes[shape(link)] and not link.startswith(ELSEWHERE):
                shapes[shape(link)] += 1
                pages_of[link] = address
                queue.append(link)
    return closed


@pytest.mark.parametrize(
    "role", ["worker", "requester", "reviewer", "operator", "auditor", "representative"]
)
def test_links_on_pages_of_a_role_open(house: House, role: str) -> None:
    whole = Membership.objects.filter(role=Role.WORKER, project=None)
    whole.delete()  # workers belong to projects; only the house of the tests has others

    assert closed_links(house.client(role)) == {}
