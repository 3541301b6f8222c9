"""Documents of other programs with numbers beyond every column are refused where they are."""

import pytest

from canut.core.errors import BadFile
from canut.core.formats.training.json_entries import entries


@pytest.mark.parametrize("size", [1, 7, 2**16])
@pytest.mark.parametrize(
    "number", ["9" * 5_000, "-" + "9" * 5_000, "1e999", "NaN", "Infinity", "[" * 10**5]
)
def test_number_beyond_every_bound_is_refused_where_it_is(number: str, size: int) -> None:
    raw = f'{{"images": [{{"id": 1}}, {{"id": {number}}}]}}'.encode()
    pieces = [raw[begin : begin + size] for begin in range(0, len(raw), size)]

    with pytest.raises(BadFile) as refused:
        list(entries(pieces, "x.json"))

    assert refused.value.case == "json-broken"


def test_number_that_no_field_uses_may_be_long() -> None:
    (item,) = entries([b'{"info": {"hash": 18446744073709551615}}'], "x.json")

    assert item.value == {"hash": 2**64 - 1}
