"""Run a project on a Canut server from a program: ``Client(url, key)``.

Standard library only; knows nothing of the rest of Canut, and talks to a server alone.
"""

from canut.client.client import Client
from canut.client.errors import ClientError, ConnectionLostError, RefusedError, UploadError
from canut.client.progress import Progress
from canut.client.schemas import (
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
    Receipt,
    Receipts,
    Result,
    Task,
    Unsure,
)
from canut.client.transport import RetryPolicy

__all__ = [
    "Answer",
    "AnswerLine",
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
    "Receipt",
    "Receipts",
    "RefusedError",
    "Result",
    "RetryPolicy",
    "Task",
    "Unsure",
    "UploadError",
]
