"""Push a dataset's folder to the Hugging Face Hub, with its labour card as the page people read.

Needs the library ``huggingface_hub`` alone, which is imported on first use.
"""

import zipfile
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

OF_A_RELEASE = ("data/*", "typed/*")
"""What a release writes anew: files there that this one has not are those of an earlier one."""


class HubSettings(NamedTuple):
    """How a dataset goes to the Hub.

    Args:
        token: of the Hub; the one this machine is signed in with where it is left out.
        private: whether a new dataset is for its owner alone.
        endpoint: of another hub than the public one.
    """

    token: str | None = None
    private: bool = True
    endpoint: str | None = None


USUAL = HubSettings()


def push_folder(folder: Path, repo: str, settings: HubSettings = USUAL) -> str:
    """Push a folder to a dataset on the Hub, created if it is not there; return its address.

    The folder's ``README.md`` becomes the dataset's page. Data files of an earlier release that
    this one has not are deleted; other files stay.

    Args:
        folder: a dataset that was unpacked.
        repo: ``owner/name`` on the Hub.
        settings: token, privacy and endpoint.

    Raises:
        ImportError: huggingface_hub is not installed.
    """
    api = import_module("huggingface_hub").HfApi(endpoint=settings.endpoint, token=settings.token)
    url = api.create_repo(repo, repo_type="dataset", private=settings.private, exist_ok=True)
    api.upload_folder(
        repo_id=repo,
        repo_type="dataset",
        folder_path=folder,
        commit_message="Release of the dataset with its labour card",
        delete_patterns=list(OF_A_RELEASE),
    )
    return str(url)


def unpack(archive: Path, into: Path) -> Path:
    """Unpack a downloaded dataset; return its one folder.

    Raises:
        ValueError: the zip has not one folder, or a path that leads out of it.
    """
    with zipfile.ZipFile(archive) as content:
        names = [Path(name) for name in content.namelist()]
        tops = {name.parts[0] for name in names}
        if len(tops) != 1 or any(name.is_absolute() or ".." in name.parts for name in names):
            raise ValueError(f"{archive} is no dataset: expected one folder, found {len(tops)}")
        content.extractall(into)
    return into / tops.pop()
