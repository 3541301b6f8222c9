"""An empty list says what is not there and gives one next step, which the reader may take."""

import re
from pathlib import Path

import pytest
from django.urls import NoReverseMatch, reverse
from django.utils.timezone import now

import canut.web
from canut.actions.projects.setup import create_project
from canut.core.clock import to_ms
from canut.web.urls import PAGES
from tests.support.instance import House

EN = {"accept-language": "en"}
EMPTY = re.compile(r'<p class="mute empty" data-empty>(.*?)</p>', re.DOTALL)
LINK = re.compile(r'href="([^"]*)"')
TEMPLATES = Path(canut.web.__file__).parent / "templates"
BARE = re.compile(r'<p class="mute[^"]*">\{% msg "common\.(?:nobody|nothing|none)_yet" %\}</p>')
OWN_RECORD = {"work/standing.html", "work/record.html", "decisions/mine.html"}
"""Pages of a worker about themselves: nothing there is good news, and asks for no step."""


@pytest.mark.parametrize("role", ["requester", "operator"])
def test_every_list_of_an_empty_house_gives_a_step_that_opens(house: House, role: str) -> None:
    project = create_project(
        house.organisation, "Vide", by=house.people["requester"], now_ms=to_ms(now())
    )
    client, seen, dead = house.client(role), 0, []
    for route in PAGES:
        try:
            address = reverse(
                route.name, args=[project.slug] if "<slug:project>" in route.address else []
            )
        except NoReverseMatch:
            continue
        answer = client.get(address, headers=EN)
        if answer.status_code != 200 or "html" not in answer["content-type"]:
            continue
        page = answer.content.decode() if not answer.streaming else ""
        for text in EMPTY.findall(page):
            seen += 1
            link = LINK.search(text)
            step = link.group(1) if link else ""
            is_here = step.startswith("#") and f'id="{step[1:]}"' in page
            if not is_here and (
                not step or client.get(step, headers=EN, follow=True).status_code != 200
            ):
                dead.append((route.name, text))

    assert not dead
    assert seen >= 8


def test_no_template_says_that_nothing_is_there_and_leaves_it_at_that() -> None:
    bare = {
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        if BARE.search(path.read_text("utf-8"))
    }

    assert bare <= OWN_RECORD
