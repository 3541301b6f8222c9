"""How long a silence is allowed: by words, by sound, by what people were seen to need."""

import pytest

from canut.core.errors import BadInput
from canut.core.time.silence_allowance import PageContent, allowance_ms


@pytest.mark.parametrize(
    ("given", "allowed"),
    [
        ({}, 60_000),
        ({"words": 100}, 80_000),
        ({"words": 900}, 560_000),
        ({"words": 5_000}, 600_000),
        ({"media_ms": 240_000}, 500_000),
        ({"words": 100, "gap_p95_ms": 100_000, "gaps": 29}, 80_000),
        ({"words": 100, "gap_p95_ms": 100_000, "gaps": 30}, 125_000),
        ({"words": 100, "gap_p95_ms": 10_000, "gaps": 30}, 80_000),
        ({"look_ms": 100_000}, 120_000),
    ],
)
def test_silence_is_allowed_by_what_there_is_to_take_in(
    given: dict[str, int], allowed: int
) -> None:
    found = allowance_ms(**given)

    assert found == allowed


@pytest.mark.parametrize(
    ("content", "allowed", "grace"),
    [
        (PageContent(words=100), 80_000, 0),
        (PageContent(pictures=1), 120_000, 0),
        (PageContent(pictures=2), 220_000, 0),
        (PageContent(media_ms=60_000), 140_000, 0),
        (PageContent(words=100, sends_out=True), 200_000, 120_000),
    ],
)
def test_page_is_allowed_what_it_holds(content: PageContent, allowed: int, grace: int) -> None:
    assert (content.allowance_ms, content.grace_ms) == (allowed, grace)


def test_number_below_zero_is_refused() -> None:
    with pytest.raises(BadInput) as refusal:
        allowance_ms(words=-1)

    assert "-1" in str(refusal.value)
