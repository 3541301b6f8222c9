"""``canut label`` says where the project is, and how its labels are taken."""

import pytest

from canut.commands.labels.label import ENGLISH, FRENCH, LabelTexts


@pytest.mark.parametrize("texts", [ENGLISH, FRENCH])
def test_address_and_the_way_to_the_labels_are_printed(texts: LabelTexts) -> None:
    printed = texts.export.format(url="http://127.0.0.1:8000", slug="avis", data=" --data d")

    assert "http://127.0.0.1:8000/projects/avis/" in printed
    assert printed.endswith("canut export avis -o avis.csv --data d")
