"""Stream uploads to a temporary file, and enforce the size limit.

The size is checked before the first byte is stored. Visitors who are not signed in may send a form,
but no file larger than one.
"""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import TemporaryFileUploadHandler

FORM_BYTES = 2**20  # what the rest of a form weighs, at most


class Upload(TemporaryFileUploadHandler):
    """Refuse uploads whose announced length is too large."""

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: Mapping[str, Any],  # noqa: N803 - Django's own name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Refuse a too large upload before reading; raises ``RequestDataTooBig``."""
        user = getattr(self.request, "user", None)
        may_send = user is not None and user.is_authenticated
        limit = settings.UPLOAD_LIMIT_BYTES + FORM_BYTES if may_send else FORM_BYTES
        if content_length > limit:
            raise RequestDataTooBig(f"{content_length} bytes announced; at most {limit}")
