"""What goes out: exports, datasets with their labour card, the Hub.

A base of ``Client``.

Generated from ``async_datasets`` by ``tools/sync_client.py``.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from canut_client import schemas
from canut_client.downloads import Download
from canut_client.errors import ClientError
from canut_client.hub import HubSettings, push_folder, unpack
from canut_client.protocol import project_path
from canut_client.requests import Requests
from canut_client.schemas import parse
from canut_client.tables import Table, read_parquet


class Datasets(Requests):
    """Exports, datasets with their labour card, and the Hub."""

    def exports(self, project: str) -> Iterator[schemas.Export]:
        """List the exports, newest first."""
        return self._pages(schemas.Export, f"{project_path(project)}/exports")

    def export(
        self,
        project: str,
        file: str | Path,
        what: str = "labels",
        *,
        everything: bool = False,
        excel: bool = False,
        licence: str = "",
        is_public: bool = False,
        with_media: bool = False,
    ) -> schemas.Export:
        """Export to a file, whose suffix is the format.

        The answers to tasks that are exported with a label can no longer be corrected.

        Args:
            project: ``id`` of the project.
            file: ends in ``.csv``, ``.jsonl``, ``.json``, ``.parquet`` or ``.zip``, or another
                suffix of the API.
            what: ``labels``, ``answers``, ``summary``, ``card``, ``bundle``, or another word of the
                API: summary and card as JSON, the bundle (all of it with a new card) as zip.
            everything: of answers, surplus and corrected ones too.
            excel: a CSV that Excel reads with its accents.
            licence: of a bundle, its SPDX name.
            is_public: of a bundle, whether its card is published.
            with_media: of a bundle, typed labels by split, with pictures and sounds.

        Raises:
            ClientError: the server could not write the file.
        """
        target = Path(file)
        body = {
            "what": what,
            "form": target.suffix.lstrip("."),
            "everything": everything,
            "excel": excel,
            "licence": licence,
            "is_public": is_public,
            "with_media": with_media,
        }
        started = self._post_idempotent(f"{project_path(project)}/exports", body)
        path = f"{project_path(project)}/exports/{started['id']}"
        export = self._wait_for(schemas.Export, started, path)
        if export.state != "done":
            raise ClientError(f"export {export.id} is {export.state}: {export.failure}")
        self._download(f"{path}/file", Download(target, export.size_bytes, self._progress))
        return export

    def export_table(self, project: str, what: str = "labels") -> Table:
        """Export labels or answers as a table: pandas where it is installed, else Arrow."""
        with TemporaryDirectory() as folder:
            file = Path(folder) / "export.parquet"
            self.export(project, file, what)
            return read_parquet(file)

    def read_export(self, project: str, export: int) -> schemas.Export:
        """Fetch an export: whether its file is ready."""
        path = f"{project_path(project)}/exports/{export}"
        return parse(schemas.Export, self._get(path))

    def download_export(self, project: str, export: int, file: str | Path) -> Path:
        """Download the file of an export that is done; return where it is."""
        target, path = Path(file), f"{project_path(project)}/exports/{export}/file"
        self._download(path, Download(target, None, self._progress))
        return target

    def bundle(
        self,
        project: str,
        folder: str | Path,
        *,
        licence: str = "",
        is_public: bool = False,
        with_media: bool = False,
    ) -> Path:
        """Make the dataset with a new labour card, and unpack it; return its folder.

        ``canut-verify`` checks the folder; with the package installed, ``canut_verify`` does so
        from a program.

        Args:
            project: ``id`` of the project.
            folder: where the dataset's own folder goes.
            licence: its SPDX name.
            is_public: whether its card is published.
            with_media: typed labels by split, with pictures and sounds, for ``load_dataset``.

        Raises:
            ClientError: the server could not make it.
        """
        with TemporaryDirectory() as temporary:
            archive = Path(temporary) / "bundle.zip"
            self.export(
                project,
                archive,
                "bundle",
                licence=licence,
                is_public=is_public,
                with_media=with_media,
            )
            return unpack(archive, Path(folder))

    def to_hub(
        self,
        project: str,
        repo: str,
        *,
        token: str | None = None,
        private: bool = True,
        licence: str = "",
        endpoint: str | None = None,
    ) -> str:
        """Push the dataset with a new labour card to the Hugging Face Hub; return its address.

        The card is the dataset's page there, and ``load_dataset(repo)`` gives typed labels by
        split, with pictures and sounds.

        Args:
            project: ``id`` of the project.
            repo: ``owner/name`` on the Hub.
            token: of the Hub; the one this machine is signed in with where it is left out.
            private: whether a new dataset is for its owner alone.
            licence: its SPDX name.
            endpoint: of another hub than the public one.

        Raises:
            ImportError: huggingface_hub is not installed.
            ClientError: the server could not make the dataset.
        """
        with TemporaryDirectory() as temporary:
            folder = self.bundle(
                project, temporary, licence=licence, is_public=not private, with_media=True
            )
            settings = HubSettings(token, private, endpoint)
            return push_folder(folder, repo, settings)
