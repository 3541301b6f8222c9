"""A PostgreSQL server for one run of the benchmarks, durable as in real use, and gone after it."""

import secrets
from urllib.parse import parse_qsl, urlsplit

from tests.support.databases import Postgres


def start() -> Postgres | None:
    """Start a server of our own, or return None where PostgreSQL is not installed."""
    return Postgres.start(durable=True)


def empty_database(server: Postgres, name: str) -> str:
    """Make an empty database and return its address."""
    host = str(server.folder)
    _make(host, name, "")
    return f"postgresql://canut@/{name}?host={host}"


def copy_of(address: str) -> str:
    """Make a copy of a database that nobody is connected to, and return its address."""
    parts = urlsplit(address)
    name, host = parts.path.lstrip("/"), dict(parse_qsl(parts.query))["host"]
    copy = f"{name[:40]}_{secrets.token_hex(4)}"
    _make(host, copy, f'TEMPLATE "{name}"')
    return f"postgresql://canut@/{copy}?host={host}"


def _make(host: str, name: str, how: str) -> None:
    import psycopg

    with psycopg.connect(host=host, user="canut", dbname="postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" {how}'.encode())
