"""Anybody sees a checked card at once, marked as an example, and can check it themselves."""

import io
import zipfile
from pathlib import Path

import pytest
from canut_verify.__main__ import main
from django.test import Client

from canut.core.datasets.bundle import verify_bundle
from canut.core.datasets.example_bundle import ExampleBundle, example_bundle
from canut.core.errors import NotProven
from canut.core.proofs.policy import read_policy

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "fr",
            ["Cette fiche est acceptée", "exemple", "ses 30 personnes n’existent pas", "prouvé"],
        ),
        ("en", ["This card is accepted", "example", "its 30 people do not exist", "proven"]),
    ],
)
def test_visitor_sees_a_checked_card_marked_as_an_example(
    client: Client, language: str, words: list[str]
) -> None:
    answer = client.get("/cards/check", headers={"accept-language": language})
    page = answer.content.decode()

    assert answer.status_code == 200
    for each in words:
        assert each in page
    assert "example.invalid/canut" in page
    for link in ("/cards/verify.html", "/cards/example.zip", "/cards/example-policy.txt"):
        assert f'href="{link}"' in page


@pytest.mark.parametrize("address", ["/cards/"])
def test_page_of_cards_without_a_card_leads_to_the_example(client: Client, address: str) -> None:
    assert 'href="/cards/check"' in client.get(address).content.decode()


def test_example_is_checked_by_another_verifier_from_its_files(
    client: Client, tmp_path: Path
) -> None:
    packed = client.get("/cards/example.zip").content
    (tmp_path / "policy.txt").write_bytes(client.get("/cards/example-policy.txt").content)
    zipfile.ZipFile(io.BytesIO(packed)).extractall(tmp_path)
    folder = tmp_path / "example-dataset"

    arguments = [str(folder), "--policy", str(tmp_path / "policy.txt"), "--lang", "en"]

    assert main(arguments) == 0
    readme = folder / "README.md"
    readme.write_bytes(readme.read_bytes().replace(b"Example", b"Exemple"))
    assert main(arguments) == 1


def test_example_is_the_same_bytes_each_time_and_refused_once_changed() -> None:
    example = example_bundle()
    example_bundle.cache_clear()
    policy = read_policy(example.policy)

    assert example_bundle() == example
    assert verify_bundle(example, policy).is_witnessed
    changed = {**example.files, "README.md": b"another"}
    with pytest.raises(NotProven):
        verify_bundle(ExampleBundle(changed, example.policy), policy)
