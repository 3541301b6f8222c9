"""SQL of lease and submit, in two dialects with the same functions.

The ORM costs several times the database's own work here, so these few are written by hand. What
both speak alike is in ``both``; ``dialect`` gives the rest for the database in use.
"""

from django.db import connection

from canut.store.sql import postgres, sqlite
from canut.store.sql.dialect import Dialect


def dialect() -> Dialect:
    """Return the dialect of the current database."""
    return postgres if connection.vendor == "postgresql" else sqlite
