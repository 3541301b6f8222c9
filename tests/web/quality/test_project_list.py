"""The list of projects says how sure, what was spent, and what came since the last visit."""

import re

from django.utils import timezone

from canut.actions.projects.setup import create_project
from canut.actions.quality.estimates import estimate_labels
from canut.core.clock import HOUR_MS, to_ms
from canut.store.models import Worker
from tests.support.factories import NOW_MS, answer_next, make_worker
from tests.support.instance import House

FR = {"accept-language": "fr"}


def listed(house: House, **query: str) -> str:
    """Return what a requester reads in the list of projects."""
    page = house.client("requester").get("/projects/", query, headers=FR).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.partition("<main")[2]))


def test_row_says_how_sure_what_was_spent_and_what_is_new(house: House) -> None:
    Worker.objects.filter(project=house.project).update(practised_ms=1)
    second = make_worker(house.project, practised_ms=1)
    for worker in (house.worker, second):
        answer_next(worker, "oui", now_ms=to_ms(timezone.now()) - HOUR_MS)
    estimate_labels(house.project.pk, NOW_MS)

    before = listed(house)
    house.client("requester").get(f"/projects/{house.project.slug}/")
    after = listed(house)

    assert re.search(r"Sûres \d+\s%", before)
    assert re.search(r"Paie des réponses 0,42\s\$", before)
    assert "Nouvelles 2" in before
    assert "Nouvelles –" in after


def test_visit_of_one_person_leaves_the_news_of_another(house: House) -> None:
    Worker.objects.filter(project=house.project).update(practised_ms=1)
    answer_next(house.worker, "oui", now_ms=to_ms(timezone.now()) - HOUR_MS)

    house.client("operator").get(f"/projects/{house.project.slug}/")

    assert "Nouvelles 1" in listed(house)


def test_projects_are_searched_without_accents_and_a_miss_leads_back(house: House) -> None:
    by = house.people["requester"]
    for title in ("Métiers à tisser", "Étiquettes de soie"):
        create_project(house.organisation, title, by=by, now_ms=NOW_MS)

    hit, miss = listed(house, q="metiers TISSER"), listed(house, q="dentelle")

    assert "Métiers à tisser" in hit
    assert "Étiquettes de soie" not in hit
    assert "Aucun projet ne s’appelle" in miss
    assert "Tous les projets" in miss
