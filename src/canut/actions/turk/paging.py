"""Read lists page by page, by tokens that nobody can make up.

A token stands on each page that holds something, the last one too, and never on an empty one:
programs loop until a page is empty and read the token of each before it. No token comes twice in
one list, as each holds the id of another row.

Reads only.
"""

import base64
import binascii
from collections.abc import Callable, Sequence

from django.db.models import Model, QuerySet

from canut.actions.platform import encryption
from canut.actions.turk.calls import Call, Reply
from canut.core.errors import NotReady
from canut.core.turk.page_tokens import list_digest
from canut.core.turk.refusals import invalid

LABEL = b"canut/turk-pages/v1"
DEFAULT_SIZE = 10


def page_of[Row: Model](
    call: Call,
    rows: QuerySet[Row],
    name: str,
    write: Callable[[Sequence[Row]], Sequence[object]],
    *,
    is_newest_first: bool = True,
) -> Reply:
    """Return one page of a list, as the reply of its operation.

    Args:
        call: with the size of the page and the token before it.
        rows: the whole list; its order is by id.
        name: of the list in the reply.
        write: returns the shapes of the rows of a page, in their order.
        is_newest_first: whether the highest id comes first.
    """
    of_list = list_digest(call.operation, call.signer.key, call.members)
    size = call.whole("MaxResults", DEFAULT_SIZE)
    token = call.text("NextToken")
    if token:
        after = _read_token(token, of_list)
        rows = rows.filter(pk__lt=after) if is_newest_first else rows.filter(pk__gt=after)
    page = list(rows.order_by("-pk" if is_newest_first else "pk")[:size])
    reply: Reply = {"NumResults": len(page), name: list(write(page))}
    if page:
        reply["NextToken"] = write_token(page[-1].pk, of_list)
    return reply


def page_of_list[Row](call: Call, rows: Sequence[Row]) -> tuple[list[Row], str]:
    """Return one page of rows that are no rows of one table, and the token of the next.

    The token is empty where the page is.
    """
    of_list = list_digest(call.operation, call.signer.key, call.members)
    token = call.text("NextToken")
    begin = _read_token(token, of_list) if token else 0
    page = list(rows[begin : begin + call.whole("MaxResults", DEFAULT_SIZE)])
    return page, write_token(begin + len(page), of_list) if page else ""


def write_token(position: int, of_list: bytes) -> str:
    """Return the token of the page after a row.

    Args:
        position: the id of the row.
        of_list: which list it is of, as ``list_digest`` returns it.
    """
    box = encryption.seal(position.to_bytes(8), LABEL, of_list)
    return base64.urlsafe_b64encode(box).decode().rstrip("=")


def _read_token(token: str, of_list: bytes) -> int:
    try:
        box = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        return int.from_bytes(encryption.unseal(box, LABEL, of_list))
    except (NotReady, binascii.Error, ValueError):
        raise invalid("NextToken is not one of this list; begin without it") from None
