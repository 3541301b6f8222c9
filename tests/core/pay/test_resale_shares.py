"""The workers' share of a resale, split by time to the micro-unit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.errors import BadInput
from canut.core.pay.accounting.resale_shares import check_resale, fee_share, split_share


def test_a_share_of_a_fee_is_rounded_up_to_the_micro_unit() -> None:
    assert [fee_share(micro, 50) for micro in (1_000_000_000, 1_000_000_001, 1)] == [
        50_000_000,
        50_000_001,
        1,
    ]
    assert fee_share(1_000_000, 0) == 0
    assert fee_share(1_000_001, 1000) == 1_000_001


@given(
    st.integers(0, 10**15),
    st.dictionaries(st.integers(1, 500), st.integers(0, 10**12), min_size=1, max_size=60),
)
def test_parts_add_up_to_the_share_and_follow_time(micro: int, time_ms: dict[int, int]) -> None:
    if not any(time_ms.values()):
        with pytest.raises(BadInput):
            split_share(micro, time_ms)
        return
    parts = split_share(micro, time_ms)

    assert sum(parts.values()) == micro
    assert parts.keys() == {worker for worker, ms in time_ms.items() if ms}
    whole = sum(time_ms.values())
    for worker, part in parts.items():
        exact = micro * time_ms[worker] / whole
        assert abs(part - exact) <= 1 + exact * 1e-9


@pytest.mark.parametrize(
    ("fee", "share", "least", "code"),
    [(0, 10, 0, "resale-fee"), (5, 9, 10, "resale-share"), (5, 1001, 0, "resale-share")],
)
def test_what_cannot_be_declared_is_refused(fee: int, share: int, least: int, code: str) -> None:
    with pytest.raises(BadInput) as refusal:
        check_resale(fee, share, least)

    assert refusal.value.case == code
