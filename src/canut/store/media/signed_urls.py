"""Short-lived signed URLs of pictures.

For S3 storage they are signed with its key and open the object directly; for a folder they open a
page of Canut and are signed with this instance's key. Nothing is stored: the URL holds the picture
and the expiry, and a changed URL opens nothing.
"""

import hmac
import re
from typing import NamedTuple

from django.urls import reverse
from django.utils.crypto import salted_hmac

from canut.core.errors import Missing
from canut.store.media.blobs import storage
from canut.store.media.files import key_of, smaller_key

SECONDS = 300
FORM = re.compile(r"(\d{1,18})\.([0-9a-f]{64})\.(\d{1,5})\.(\d{1,12})\.([0-9a-f]{64})").fullmatch
SALT = "canut.store.media.signed_urls"


class SignedUrl(NamedTuple):
    """What a URL opens: a project's picture, the size of the copy, the expiry."""

    project: int
    sha256: str
    size: int
    until: int


def address_of(
    project_id: int, sha256: str, now_seconds: int, *, size: int = 0, seconds: int = SECONDS
) -> str:
    """Return a URL of a picture that is valid for some seconds.

    Args:
        project_id: whose picture; that the asker may see it is checked by the caller.
        sha256: the hash of its bytes.
        now_seconds: the time now, since 1970.
        size: which smaller copy; 0 for the picture itself.
        seconds: how long it opens.

    Raises:
        Missing: the hash is none.
    """
    key = key_of(project_id, sha256)
    if away := storage().address(smaller_key(key, size) if size else key, seconds):
        return away
    opens = SignedUrl(project_id, sha256, size, now_seconds + seconds)
    return reverse("media_signed", args=[".".join(map(str, (*opens, _mac(opens))))])


def opened_by(token: str, now_seconds: int) -> SignedUrl:
    """Return what a URL token opens now.

    Raises:
        Missing: ``address-ended``: it has ended, or it is not as it was given.
    """
    match = FORM(token)
    if match:
        opens = SignedUrl(int(match[1]), match[2], int(match[3]), int(match[4]))
        if hmac.compare_digest(_mac(opens), match[5]) and now_seconds <= opens.until:
            return opens
    raise Missing("this address no longer opens anything", code="address-ended")


def _mac(opens: SignedUrl) -> str:
    text = "/".join(map(str, opens))
    return salted_hmac(SALT, text, algorithm="sha256").hexdigest()
