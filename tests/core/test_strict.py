import pytest

from canut.core.errors import BadFile
from canut.core.strict import FieldPath, loaded

BOMB = b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


@pytest.mark.parametrize(
    "content",
    [
        BOMB,
        b"[" * 10_000,
        b"a: " + b"[" * 101 + b"]" * 101,
        b"a: " + b"9" * 5_000,
        b"a: 0x" + b"f" * 50_000,
        b"a: 1" + b":59" * 20_000,
        b"\xff\xfe\xff",
        b"a: \x00",
        b"a: 2026-13-45",
    ],
)
def test_yaml_that_stands_for_too_much_is_refused(content: bytes) -> None:
    with pytest.raises(BadFile) as refused:
        loaded("places.yaml", content)

    assert refused.value.case == "bad-parameters"
    assert len(str(refused.value)) < 500


@pytest.mark.parametrize("text", ["NaN", "1e999999", "9" * 5_000, "-1", "१२", "1_0"])
def test_number_is_bounded(text: str) -> None:
    with pytest.raises(BadFile):
        FieldPath("places.yaml").number({"rate": text}, "rate")
