"""A pack adds dated values and nothing else; each keeps its version, its hash and its end."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.errors import BadFile, BadInput, Incomplete, NotProven, Refusal, TooLarge
from canut.core.places.packs import (
    LARGEST_PACK,
    PlacePack,
    check_pack,
    read_pack,
    sign_pack,
    with_packs,
)
from canut.core.places.parameters import Places
from canut.core.places.reader import shipped_places
from canut.core.proofs.did_key import did_of
from canut.core.proofs.signing import public_of

PLACES = shipped_places()
SECRET = bytes(range(32))
NEW_YEAR, LAST_DAY = date(2027, 1, 1), date(2026, 12, 31)
NAME = "qpip.rate_employee"
SOURCE = {
    "title": "Rates",
    "url": "https://example.org/rates",
    "kind": "official",
    "read": "2026-12-20",
}


def content(value: str | None = "0.0044", **fields: str) -> bytes:
    entry: dict[str, Any] = {"parameter": NAME, "value": value, "src": "S1"}
    entry |= {"confidence": "official", "from": "2027-01-01", "until": "2028-01-01"} | fields
    pack = {
        "schema": "canut.place-pack/1",
        "place": "CA-QC",
        "version": "2027.1",
        "prepared_by": "Ana",
        "checked_by": "Ben",
        "prepared_on": "2026-12-20",
        "sources": {"S1": SOURCE},
        "values": [entry],
    }
    return json.dumps(pack).encode()


def signed(value: str | None = "0.0044", **fields: str) -> PlacePack:
    return read_pack(sign_pack(content(value, **fields), SECRET, "2026-12-20T12:00:00Z"))


def brought(*packs: PlacePack) -> Places:
    return with_packs(PLACES, packs)


def test_value_of_a_pack_counts_from_its_day_and_names_the_pack() -> None:
    pack = signed()
    check_pack(PLACES, pack)

    places = brought(pack)

    before, after = (places.known(NAME, "CA-QC", day) for day in (LAST_DAY, NEW_YEAR))
    assert (before.value, after.value) == (Decimal("0.00430"), Decimal("0.0044"))
    assert before.cited() == PLACES.known(NAME, "CA-QC", LAST_DAY).cited()
    assert (after.cited()["pack"], after.cited()["file_sha256"]) == ("2027.1", pack.sha256)
    assert after.cited()["source"] == "2027.1:S1"
    assert pack.author == did_of(public_of(SECRET))
    assert places.texts[-1].content == pack.content


def test_value_ends_on_its_last_day_and_old_ones_are_not_used_beyond_theirs() -> None:
    late = brought(signed(**{"from": "2027-03-01"}))

    for day in (NEW_YEAR, date(2027, 2, 28), date(2028, 1, 1)):
        with pytest.raises(Incomplete) as refusal:
            late.known(NAME, "CA-QC", day)
        assert refusal.value.case == "parameter-expired"
    assert late.known(NAME, "CA-QC", date(2027, 3, 1)).value == Decimal("0.0044")
    parameter = late.by_code["CA-QC"].parameters[NAME]
    assert parameter.ends_on(LAST_DAY) == NEW_YEAR
    assert parameter.ends_on(date(2027, 3, 1)) == date(2028, 1, 1)
    assert brought(signed()).by_code["CA-QC"].parameters[NAME].ends_on(LAST_DAY) == date(2028, 1, 1)


def test_unknown_is_unknown_and_never_the_value_before() -> None:
    places = brought(signed(None))

    with pytest.raises(Incomplete) as refusal:
        places.known(NAME, "CA-QC", NEW_YEAR)
    assert refusal.value.case == "parameter-unknown"
    assert places.by_code["CA-QC"].parameters[NAME].ends_on(LAST_DAY) == NEW_YEAR
    check_pack(places, signed())
    published = with_packs(places, [signed()])
    assert published.known(NAME, "CA-QC", NEW_YEAR).value == Decimal("0.0044")


def test_correction_wins_and_the_value_before_stays_beside_it() -> None:
    fields = {"from": "2026-01-01", "corrects": "2026-01-01", "reason": "misread"}
    pack = signed("0.0045", **fields)
    check_pack(PLACES, pack)

    places = brought(pack)

    assert places.known(NAME, "CA-QC", LAST_DAY).value == Decimal("0.0045")
    entries = places.by_code["CA-QC"].parameters[NAME].entries
    assert [str(entry.value) for entry in entries][-2:] == ["0.00430", "0.0045"]


def test_later_pack_adds_to_an_earlier_one() -> None:
    first, second = signed(), signed("0.0046", **{"from": "2028-01-01", "until": "2029-01-01"})
    check_pack(brought(first), second)

    places = brought(first, second)

    assert places.known(NAME, "CA-QC", date(2027, 6, 1)).value == Decimal("0.0044")
    assert places.known(NAME, "CA-QC", date(2028, 6, 1)).value == Decimal("0.0046")
    with pytest.raises(BadInput) as refusal:
        check_pack(brought(first), first)
    assert refusal.value.case == "pack-overlap"


def test_pack_whose_parameter_is_gone_changes_nothing() -> None:
    raw = content().replace(NAME.encode(), b"gone.rate")
    pack = read_pack(sign_pack(raw, SECRET, "2026-12-20T12:00:00Z"))

    assert brought(pack).by_code == PLACES.by_code


@given(st.data())
def test_no_byte_of_a_signed_pack_changes_unnoticed(data: st.DataObject) -> None:
    raw = sign_pack(content(), SECRET, "2026-12-20T12:00:00Z")
    position = data.draw(st.integers(0, len(raw) - 1))
    byte = data.draw(st.integers(0, 255))
    changed = raw[:position] + bytes([byte]) + raw[position + 1 :]

    try:
        pack = read_pack(changed)
    except Refusal:
        return
    assert pack.values == read_pack(raw).values
    assert (pack.version, pack.place) == ("2027.1", "CA-QC")


@pytest.mark.parametrize(
    ("raw", "case", "kind"),
    [
        (b"{", "pack-format", BadFile),
        (b"[]", "pack-format", BadFile),
        ("{}".encode("utf-16"), "pack-format", BadFile),
        (b" " * (LARGEST_PACK + 1), "pack-large", TooLarge),
        (content(), "pack-unsigned", NotProven),
    ],
)
def test_what_is_no_signed_pack_is_refused(raw: bytes, case: str, kind: type[Refusal]) -> None:
    with pytest.raises(kind) as refusal:
        read_pack(raw)

    assert refusal.value.case == case


def test_pack_is_signed_once() -> None:
    once = sign_pack(content(), SECRET, "2026-12-20T12:00:00Z")

    with pytest.raises(BadInput) as refusal:
        sign_pack(once, SECRET, "2026-12-20T12:00:00Z")
    assert refusal.value.case == "pack-signed"


@pytest.mark.parametrize(
    ("value", "reason", "is_refused"),
    [
        ("0.0022", "", False),
        ("0.0086", "", False),
        ("0.0087", "", True),
        ("0.0087", "a reform", False),
        ("0.44", "a reform", True),
        ("0", "", True),
        (None, "", False),
    ],
)
def test_far_value_needs_a_reason_and_an_absurd_one_is_refused_with_one(
    value: str | None, reason: str, *, is_refused: bool
) -> None:
    pack = signed(value, **({"reason": reason} if reason else {}))

    if is_refused:
        with pytest.raises(BadInput) as refusal:
            check_pack(PLACES, pack)
        assert refusal.value.case == "pack-band"
        assert refusal.value.facts["where"] == f"CA-QC {NAME}, 2027-01-01"
    else:
        check_pack(PLACES, pack)
