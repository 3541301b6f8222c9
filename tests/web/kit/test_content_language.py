import pytest

from canut.store.models import Project
from canut.web.kit.content_language import tongue
from tests.support.instance import House


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Trier les avis pour lire d'abord les plaintes. Maison Bréval, 40 personnes.", "fr"),
        ("Sort the reviews to read complaints first. For the people of the shop.", "en"),
        ("Etikettieren von Ziffern", ""),
        ("", ""),
        ("inconnu", ""),
    ],
)
def test_small_words_tell_the_language_or_nothing_is_claimed(text: str, language: str) -> None:
    assert tongue(text) == language


def test_french_words_on_an_english_page_say_that_they_are_french(house: House) -> None:
    aim = "Lire les plaintes des clients pour y répondre."
    Project.objects.filter(id=house.project.pk).update(aim_business=aim)
    path = f"/projects/{house.project.slug}/"
    client = house.client("requester")

    english = client.get(path, headers={"accept-language": "en"}).content.decode()
    french = client.get(path, headers={"accept-language": "fr"}).content.decode()

    assert f'<h1 lang="fr">{house.project.title} <' in english
    assert f'<dd lang="fr">{aim}</dd>' in english
    assert f"<h1>{house.project.title} <" in french
