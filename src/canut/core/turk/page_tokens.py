"""Which list a page token belongs to: operation, key and filter.

A token of one list opens no other. How tokens are sealed is in ``actions.turk.paging``.
"""

import hashlib
import json
from collections.abc import Mapping

PAGING = frozenset({"NextToken", "MaxResults"})


def list_digest(operation: str, key: int, members: Mapping[str, object]) -> bytes:
    """Return what names one list: the operation, whose key asks, and the filter.

    Args:
        operation: its name.
        key: number of the key.
        members: of the request; the paging in them is left out.
    """
    filters = {name: members[name] for name in sorted(members) if name not in PAGING}
    text = json.dumps([operation, key, filters], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).digest()
