"""A PostgreSQL server for one run of the benchmarks, durable as in real use, and gone after it."""

from tests.databases import Postgres


def start() -> Postgres | None:
    """Start a server of our own, or return None where PostgreSQL is not installed."""
    return Postgres.start(durable=True)


def empty_database(server: Postgres, name: str) -> str:
    """Make an empty database and return its address."""
    import psycopg

    host = str(server.folder)
    with psycopg.connect(host=host, user="canut", dbname="postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return f"postgresql://canut@/{name}?host={host}"
