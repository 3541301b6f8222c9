"""What was made under a ``UniqueRequestToken``. Reads only."""

from canut.store.sql.written_once import FixedQuery
from canut.store.tables.turk.hits import RequestToken

_MADE = FixedQuery(
    lambda organisation, family, token: RequestToken.objects.filter(
        organisation=organisation, family=family, token=token
    ).values_list("made"),
    [-1, "family", "token"],
)


def made_before(organisation: int, family: RequestToken.Family, token: str) -> str:
    """Return what an organisation made under a token of a family; empty if it made nothing."""
    row = _MADE.first(organisation, family.value, token)
    return str(row[0]) if row else ""
