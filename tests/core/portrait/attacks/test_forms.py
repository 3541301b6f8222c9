"""A8 and A9: somebody compares languages, or measures a drawing, to get digits not told."""

import json
import re
from collections.abc import Callable

import pytest

from canut.core import svg
from canut.core.portrait.attacks.release_attacks import Attack, successful_attacks
from canut.core.portrait.chart_set import charts_of
from canut.core.portrait.language import PortraitLanguage
from canut.core.portrait.privacy import Release
from canut.core.portrait.released import read_release, sign_release
from tests.core.portrait.attacks.scenes import (
    FLOOR,
    SECRET,
    drawn_texts,
    equal_people,
    published_texts,
    scene_of,
)
from tests.core.portrait.edition import REFERENCE, release

RELEASES: dict[str, Callable[[], Release]] = {
    "real": release,
    "many": lambda: scene_of(equal_people(120)).release,
    "few": lambda: release(12),
    "simulated": lambda: release(is_simulated=True),
}
every_release = pytest.mark.parametrize("make", RELEASES.values(), ids=RELEASES)
KNOWN = scene_of(equal_people(40)).known


@every_release
def test_both_languages_tell_the_same_digits_and_drawings_follow_from_the_document(
    make: Callable[[], Release],
) -> None:
    attacks = successful_attacks(make(), KNOWN)

    assert {Attack.LANGUAGES, Attack.COORDINATES}.isdisjoint(attacks)


@every_release
def test_every_drawing_can_be_drawn_from_the_signed_document_alone(
    make: Callable[[], Release],
) -> None:
    made = make()
    document = read_release(sign_release(made, SECRET, "2026-10-08T09:00:00Z"))

    for language in ("en", "fr"):
        pairs = zip(
            charts_of(made, REFERENCE, FLOOR, language),
            charts_of(document, REFERENCE, FLOOR, language),
            strict=True,
        )
        assert all(first == second for first, second in pairs)


@every_release
def test_no_number_in_a_form_has_more_digits_than_its_cell(make: Callable[[], Release]) -> None:
    """Read decimals of every told figure in prose, charts and tables; the document has them."""
    made = make()
    texts = published_texts(made)
    document = json.loads(texts["json"])
    most = max(
        len(str(item[end]).partition(".")[2])
        for item in (*document["cells"], *document["figures"])
        for end in ("value", "low", "high")
        if item[end] is not None
    )
    for name, text in texts.items():
        if name.endswith(".svg"):
            words = " ".join(drawn_texts(text))
            decimals = re.findall(r"\d[.,](\d+)", words)
            assert all(len(each) <= most for each in decimals), name


def test_a_language_that_tells_one_more_digit_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    number = PortraitLanguage.number

    def finer(voice: PortraitLanguage, value: float, decimals: int = 0) -> str:
        return number(voice, value, decimals + voice.is_french)

    monkeypatch.setattr(PortraitLanguage, "number", finer)

    assert Attack.LANGUAGES in successful_attacks(release(), KNOWN)


def test_a_drawing_with_finer_coordinates_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(svg, "format_coordinate", lambda x: x if isinstance(x, str) else f"{x:.6f}")
    monkeypatch.setattr(svg, "_attribute", lambda x: x if isinstance(x, str) else f"{x:.6f}")

    assert Attack.COORDINATES in successful_attacks(release(), KNOWN)
