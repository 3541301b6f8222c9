import pytest

from canut.actions.equity import audit_time
from canut.core.labour.claims import FORTNIGHT_MS, fortnight
from canut.store.models import Claim
from tests.actions.hours import DAY, HOUR, MINUTE, work
from tests.factories import NOW, NOW_MS, make_person

pytestmark = pytest.mark.django_db
BEGIN, END = fortnight(NOW_MS - FORTNIGHT_MS)


def test_language_whose_people_have_time_held_back_is_seen() -> None:
    for n in range(30):
        person = make_person(language="fr" if n < 15 else "en")
        work(person.pk, None, "queue", BEGIN + n * HOUR, 2)
        if n >= 15:
            Claim.objects.create(
                person=person,
                kind="held",
                why="too_long",
                begin_ms=BEGIN,
                end_ms=END,
                pending=[[BEGIN + n * HOUR, BEGIN + n * HOUR + MINUTE]],
                state="pending",
                made_ms=END,
                due_ms=END + 7 * DAY,
            )

    found = audit_time(NOW)

    groups = {one.group: one for one in found["language"]}
    assert groups["en"].is_apart
    assert (groups["en"].people, groups["en"].held_people, groups["en"].held_share) == (15, 15, 0.5)
    assert groups["fr"].held_people == 0
    assert [one.group for one in found["place"]] == ["unknown"]


def test_without_anybody_there_is_nothing_to_compare() -> None:
    assert audit_time(NOW) == {"language": [], "place": [], "assistive": []}
