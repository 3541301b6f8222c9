"""A pack of legal values, as an operator brings it."""

import json
from typing import Any

from canut.actions.pay.place_packs import bring_pack
from canut.store.models import PlacePack
from tests.support.factories import NOW_MS
from tests.support.instance import House

NEW_YEAR = "2027-01-01"
SOURCE = {
    "title": "Rates of 2027",
    "url": "https://www.example.org/rates/2027",
    "kind": "official",
    "read": "2026-11-20",
}


def one_value(parameter: str, value: str | None, **fields: str) -> dict[str, Any]:
    """Return a pack of one value."""
    entry: dict[str, Any] = {"parameter": parameter, "value": value, "src": "S1"}
    entry |= {"confidence": "official", "from": NEW_YEAR, "until": "2028-01-01"} | fields
    return {
        "schema": "canut.place-pack/1",
        "place": "CA-QC",
        "version": "2027.1",
        "prepared_by": "Ana Roy",
        "checked_by": "Ben Li",
        "prepared_on": "2026-11-20",
        "sources": {"S1": SOURCE},
        "values": [entry],
    }


def make_pack(house: House) -> PlacePack:
    """Bring a pack that waits for a second person; once a house."""
    if not PlacePack.objects.exists():
        content = json.dumps(one_value("qpip.rate_employee", "0.0044")).encode()
        bring_pack(content, house.people["operator"], NOW_MS, signs_here=True)
    return PlacePack.objects.get()
