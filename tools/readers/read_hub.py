"""Push a dataset to a hub with the Hub's own library, and stream it with ``datasets``."""

import json
import os
import subprocess
import sys
import zipfile
from importlib import import_module
from pathlib import Path

from hub_stand_in import Hub, hub_stand_in

OURS, THEIRS = Path(sys.argv[1]), Path(sys.argv[2])
CLIENT = Path(__file__).resolve().parent.parent.parent / "packages/canut-client/src/canut_client"
REPO, SIGNED_IN = "soies/chats", "hf_x"
SECOND = "second"


def same(actual: object, expected: object) -> None:
    if actual != expected:
        sys.exit(f"the hub's library sees {actual} where {expected} was said")


def stream() -> None:
    """Read the dataset from the hub of ``HF_ENDPOINT``, and check every row."""
    datasets = import_module("datasets")  # reads the hub's address when it is imported

    datasets.disable_progress_bars()
    expected = json.loads((OURS / "typed-rows.json").read_text())
    names = datasets.get_dataset_split_names(REPO)
    same(sorted(names), sorted(expected))
    for split, rows in expected.items():
        read = datasets.load_dataset(REPO, split=split, streaming=True)
        same(read.features["choice"].names, ["chat", "chien"])
        streamed = [
            [row["key"], read.features["choice"].int2str(row["choice"]), row["photo"].size]
            for row in read
        ]
        same([[key, label, tuple(size)] for key, label, size in rows], streamed)
    labels = datasets.load_dataset(REPO, "labels", split="train", streaming=True)
    same([row["label"] for row in labels][:1], ["chat"])


def push(hub: Hub) -> None:
    """Push the folder twice: the second time without a file that the first one had."""
    hub_api = import_module("huggingface_hub").HfApi(endpoint=hub.url)

    sys.path.insert(0, str(CLIENT))
    pusher = import_module("hub")

    archive = OURS / "dataset.zip"
    with zipfile.ZipFile(archive, "w") as content:
        for path in sorted((OURS / "hub").rglob("*")):
            if path.is_file():
                content.write(path, f"chats-1/{path.relative_to(OURS / 'hub')}")
    folder = pusher.unpack(archive, THEIRS)
    (stale := folder / "typed/train-00009.parquet").write_bytes(b"PAR1")
    settings = pusher.HubSettings(SIGNED_IN, endpoint=hub.url)
    url = pusher.push_folder(folder, REPO, settings)
    same(url, f"{hub.url}/datasets/{REPO}")
    same([hub.private[REPO], "typed/train-00009.parquet" in hub.files[REPO]], [True, True])
    hub.files[REPO]["notes.md"] = b"by hand"
    stale.unlink()
    pusher.push_folder(folder, REPO, settings)
    pushed = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    same(set(hub.files[REPO]), pushed | {".gitattributes", "notes.md"})
    readme = hub_api.hf_hub_download(REPO, "README.md", repo_type="dataset")
    same(Path(readme).read_bytes(), (folder / "README.md").read_bytes())


if SECOND in sys.argv:
    stream()
    sys.exit()
os.environ.pop("HF_HUB_OFFLINE", None)
os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ["HF_HUB_DISABLE_XET"] = "1"  # large files by LFS, whose protocol is public
with hub_stand_in() as here:
    os.environ["HF_ENDPOINT"] = here.url
    push(here)
    command = [sys.executable, __file__, *sys.argv[1:3], SECOND]
    sys.exit(subprocess.run(command, check=False).returncode)
