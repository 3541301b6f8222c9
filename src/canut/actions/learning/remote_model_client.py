"""Client of a remote model: each request carries its training data and the items to predict.

The request is JSON ``{"v": 1, "labels": […], "learn": {"items": […], "chances": [[…]]}, "items":
[…]}``, the reply ``{"chances": [[…]], "base": "…"}``: a row per item, a probability per label. The
address is checked like that of a webhook; the exchange may take a minute and 32 MiB each way.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
from django.conf import settings

from canut.actions.integrations.http_client import HttpLimits, check_url, post
from canut.core.arrays import Counts, Floats
from canut.core.errors import BadFile, Conflict
from canut.core.json_depth import load_json
from canut.core.learning.model import Item, Items

MOST_BYTES = 32 * 2**20
LIMITS = HttpLimits(seconds=60.0, kept=MOST_BYTES + 1)
HEADERS = {"Content-Type": "application/json", "User-Agent": "Canut-Models/1"}
PLACES = 6


class RemoteModel:
    """A model trained and queried over HTTP, as ``core.learning.model.Model``.

    Args:
        url: where it answers.
        labels: the classes, in their order.
        base: the foreign model it stands on, where it names none.

    Raises:
        BadInput: ``webhook-url``, ``webhook-http`` or ``webhook-inside``: it may not be called.
    """

    def __init__(self, url: str, labels: list[str], base: str = "") -> None:
        check_url(url, inside=settings.WEBHOOKS_INSIDE)
        self.base = base
        self._url = url
        self._labels = labels
        self._lesson: Mapping[str, object] = {}

    def fit(self, items: Items, chances: Floats) -> None:
        """Store the training data; it is sent with each request."""
        rounded = np.round(chances, PLACES).tolist()
        self._lesson = {"items": [_plain(item) for item in items], "chances": rounded}

    def predict(self, items: Items) -> Floats:
        """Request class probabilities of items.

        Raises:
            Conflict: ``model-endpoint``: no answer in time, or not one of that form.
        """
        payload = {
            "v": 1,
            "labels": self._labels,
            "learn": self._lesson,
            "items": [_plain(item) for item in items],
        }
        body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
        if len(body) > MOST_BYTES:
            raise _refused(f"the question has {len(body)} bytes; at most {MOST_BYTES}")
        reply = post(self._url, body, HEADERS, inside=settings.WEBHOOKS_INSIDE, limits=LIMITS)
        if reply.error:
            raise _refused(f"it said {reply.code or reply.error}")
        if len(reply.response.encode()) > MOST_BYTES:
            raise _refused(f"its answer has more than {MOST_BYTES} bytes")
        try:
            content: dict[str, Any] = load_json(reply.response)
            chances = np.array(content["chances"], np.float64)
        except (ValueError, KeyError, TypeError, RecursionError) as failure:
            raise _refused(f"its answer cannot be read: {failure}") from failure
        if chances.shape != (len(items), len(self._labels)):
            raise _refused(f"it gave {chances.shape}; expected {(len(items), len(self._labels))}")
        self.base = str(content.get("base") or self.base)[:120]
        return chances


def lesson_kept(tasks: Counts, chances: Floats) -> bytes:
    """Serialise the training data of a version by task ids; nothing else is stored."""
    file = io.BytesIO()
    np.savez_compressed(file, tasks=tasks, chances=np.round(chances, PLACES))
    return file.getvalue()


def lesson_read(content: bytes) -> tuple[Counts, Floats]:
    """Parse what ``lesson_kept`` wrote.

    Raises:
        BadFile: it is something else.
    """
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            return file["tasks"].astype(np.int64), file["chances"].astype(np.float64)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as failure:
        raise BadFile(f"this is no lesson of a model: {failure}") from failure


def _plain(item: Item) -> object:
    """Return an item as JSON can hold it."""
    return np.round(item, PLACES).tolist() if isinstance(item, np.ndarray) else item


def _refused(why: str) -> Conflict:
    return Conflict(f"the model did not answer as it should: {why}", code="model-endpoint", why=why)
