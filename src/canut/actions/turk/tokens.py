"""Keep each ``UniqueRequestToken`` with what was made under it, so that nothing is made twice.

They are kept for good: some programs make a token of worker and assignment, and rely on it long
after the payment. A retry of the same request does not come here (``replies``): it gets its reply
again.
"""

from canut.actions.turk.calls import Call
from canut.core.turk.refusals import request_error
from canut.store.models import RequestToken
from canut.store.sql.written_once import FixedInsert
from canut.store.turk.tokens import made_before

Family = RequestToken.Family
TOKENS = FixedInsert(RequestToken)


def made_under(call: Call, family: Family) -> str:
    """Return what was made under the token of a call; empty without a token, or if it is new."""
    token = call.text("UniqueRequestToken")
    return made_before(call.organisation, family, token) if token else ""


def check_new(call: Call, family: Family) -> None:
    """Refuse a token under which a request of this family was made before.

    Raises:
        TurkError: with the name of that request.
    """
    earlier = made_under(call, family)
    if earlier:
        raise request_error(
            "DuplicateRequest",
            f"The UniqueRequestToken {call.text('UniqueRequestToken')} was used before, by request "
            f"{earlier}. Nothing was done again.",
        )


def keep_token(call: Call, family: Family, made: str) -> None:
    """Keep the token of a call, if it has one, in its transaction."""
    token = call.text("UniqueRequestToken")
    if token:
        TOKENS.add(
            RequestToken(
                organisation_id=call.organisation,
                family=family,
                token=token,
                made=made,
                at_ms=call.now_ms,
            )
        )
