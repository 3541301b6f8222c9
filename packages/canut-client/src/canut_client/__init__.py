"""Run a project on a Canut server from a program: ``Client(url, key)``.

``AsyncClient`` has the same methods, to be awaited; ``Client`` is generated from it. Needs httpx,
and nothing of Canut but a server.
"""

from canut_client.async_client import AsyncClient
from canut_client.async_transport import AsyncRetryPolicy
from canut_client.client import Client
from canut_client.errors import ClientError, ConnectionLostError, RefusedError, UploadError
from canut_client.progress import Progress
from canut_client.schemas import (
    Answer,
    AnswerLine,
    Cost,
    Count,
    Estimate,
    Export,
    Import,
    Invitation,
    Key,
    Known,
    Lease,
    Leases,
    Organisation,
    Project,
    Question,
    Rate,
    Receipt,
    Receipts,
    RefusedAnswer,
    Result,
    Task,
    Unsure,
)
from canut_client.transport import RetryPolicy

__all__ = [
    "Answer",
    "AnswerLine",
    "AsyncClient",
    "AsyncRetryPolicy",
    "Client",
    "ClientError",
    "ConnectionLostError",
    "Cost",
    "Count",
    "Estimate",
    "Export",
    "Import",
    "Invitation",
    "Key",
    "Known",
    "Lease",
    "Leases",
    "Organisation",
    "Progress",
    "Project",
    "Question",
    "Rate",
    "Receipt",
    "Receipts",
    "RefusedAnswer",
    "RefusedError",
    "Result",
    "RetryPolicy",
    "Task",
    "Unsure",
    "UploadError",
    "__version__",
]
__version__ = "1.0.0rc1"
