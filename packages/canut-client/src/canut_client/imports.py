"""What comes in: rows and files that become tasks, and imports that wait to be published.

A base of ``Client``.

Generated from ``async_imports`` by ``tools/sync_client.py``.
"""

from collections.abc import Iterator
from pathlib import Path

from canut_client import schemas
from canut_client.protocol import Request, project_path
from canut_client.requests import Requests
from canut_client.rows import RowUpload, file_upload
from canut_client.schemas import parse
from canut_client.tables import Table, rows_of
from canut_client.uploads import send


class Imports(Requests):
    """Uploads and imports of a project."""

    def add_tasks(
        self,
        project: str,
        rows: Table,
        *,
        id_column: str | None = None,
        known_column: str | None = None,
        upload: str | None = None,
    ) -> schemas.Import:
        """Import rows as tasks, and wait until they are published.

        Args:
            project: ``id`` of the project.
            rows: a DataFrame (pandas, polars), an Arrow table, or mappings of names to values.
            id_column: names each row; rows that are tasks already are set aside.
            known_column: has known answers, which workers never see.
            upload: resumes an interrupted upload (``UploadError.upload``) of the same rows.

        Raises:
            TypeError: the rows are of another type.
            UploadError: the connection stayed broken.
            RefusedError: the server cannot use the rows.
        """
        total = len(rows) if hasattr(rows, "__len__") else None
        path = project_path(project)
        source = RowUpload(rows_of(rows), total)
        name = send(self._transport, path, source, upload, self._progress)
        query = {"id": id_column, "known": known_column}
        finish = Request("POST", f"{path}/uploads/{name}/finish", query=query)
        started = self._transport.request(finish)
        return self._wait_for(schemas.Import, started, f"{path}/imports/{started['id']}")

    def add_file(
        self,
        project: str,
        file: str | Path,
        *,
        id_column: str | None = None,
        known_column: str | None = None,
        publish: bool = True,
        upload: str | None = None,
    ) -> schemas.Import:
        """Import a file as it is, and wait until it is read and published.

        Args:
            project: ``id`` of the project.
            file: CSV, Excel, JSON lines, Parquet, or a zip with pictures or sounds.
            id_column: names each row; rows that are tasks already are set aside.
            known_column: has known answers, which workers never see.
            publish: False: the import waits for ``publish_import`` or ``discard_import``.
            upload: resumes an interrupted upload (``UploadError.upload``) of the same file.

        Raises:
            UploadError: the connection stayed broken.
            RefusedError: the server cannot read the file.
        """
        path = project_path(project)
        source = file_upload(Path(file))
        name = send(self._transport, path, source, upload, self._progress)
        query = {"id": id_column, "known": known_column, "publish": str(publish).lower()}
        finish = Request("POST", f"{path}/uploads/{name}/finish", query=query)
        started = self._transport.request(finish)
        at = f"{path}/imports/{started['id']}"
        return self._wait_for(schemas.Import, started, at, is_published=publish)

    def imports(self, project: str) -> Iterator[schemas.Import]:
        """List the imports, newest first, also those of pages and commands."""
        return self._pages(schemas.Import, f"{project_path(project)}/imports")

    def read_import(self, project: str, number: int) -> schemas.Import:
        """Fetch an import: how far it is, how many rows are good."""
        path = f"{project_path(project)}/imports/{number}"
        return parse(schemas.Import, self._get(path))

    def import_problems(self, project: str, number: int) -> Iterator[schemas.RowProblem]:
        """List why rows of an import were set aside."""
        path = f"{project_path(project)}/imports/{number}/problems"
        return self._pages(schemas.RowProblem, path)

    def publish_import(
        self, project: str, number: int, *, keep_good: bool = False
    ) -> schemas.Import:
        """Publish an import that waits, and wait until its rows are tasks.

        Args:
            project: ``id`` of the project.
            number: ``id`` of the import.
            keep_good: leave out rows that cannot be used; else they are refused first.

        Raises:
            RefusedError: ``rows-bad``, ``import-not-ready``, ``nothing-good``.
        """
        path = f"{project_path(project)}/imports/{number}"
        query = {"keep": "good" if keep_good else "nothing"}
        started = self._transport.request(Request("POST", f"{path}/publish", query=query))
        return self._wait_for(schemas.Import, started, path)

    def discard_import(self, project: str, number: int) -> schemas.Import:
        """Discard an import that is not published."""
        path = f"{project_path(project)}/imports/{number}/discard"
        return parse(schemas.Import, self._transport.request(Request("POST", path)))
