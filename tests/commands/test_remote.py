"""``canut --server URL``: a project of a server set up, filled, opened and fetched by a key."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from canut.commands.remote import server as remote_server
from canut_client import Client
from tests.browser.instance import Instance
from tests.commands.running import Done, canut, free_port

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
PROJECT_FILE = ROOT / "examples/project.yaml"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Serve an instance with its background work."""
    data = tmp_path_factory.mktemp("remote") / "data"
    made = Instance(data, free_port(), ["serve", "--with-jobs"])
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        made.canut("migrate")
        made.start()
        yield made
        made.stop()


@pytest.fixture(scope="module")
def key_file(server: Instance, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep a requester's key in a file."""
    said = server.canut("key", "create", "--role", "requester", "--name", "data")
    file = tmp_path_factory.mktemp("key") / "key"
    file.write_text(said.splitlines()[-1] + "\n")
    return file


def a_picture() -> bytes:
    out = io.BytesIO()
    Image.new("L", (8, 8)).save(out, "PNG")
    return out.getvalue()


def answer_one(server: Instance, project: str) -> None:
    """Answer one task as a simulated person."""
    words = ("key", "create", "--role", "worker", "--simulated", "--name", "w")
    with Client(server.url, server.canut(*words).splitlines()[-1]) as worker:
        (lease,) = worker.lease(project).leases
        worker.answer(project, lease.id, {"about": "price", "urgent": 1})


def test_project_is_set_up_filled_started_and_fetched(
    server: Instance, key_file: Path, tmp_path: Path
) -> None:
    rows = tmp_path / "messages.csv"
    rows.write_text("id,message\n1,How much?\n1,Twice\n2,When?\n")
    spoken: list[str] = []

    def there(*words: str) -> Done:
        done = canut("--server", server.url, "--key-file", str(key_file), *words)
        spoken.append(done.stdout + done.stderr)
        return done

    slug = there("project", "create", str(PROJECT_FILE)).stdout.split()[-1]
    refused = there("import", slug, str(rows), "--id", "id", "--problems", f"{tmp_path}/why.csv")
    taken = there("import", slug, str(rows), "--id", "id", "--keep", "good")
    started = there("project", "start", slug)
    listed = there("project", "list")
    shown = json.loads(there("project", "show", slug, "--json").stdout)
    early = there("export", slug, "--bundle", str(tmp_path / "early"), "--no-estimate")
    answer_one(server, slug)
    there("export", slug, "--what", "labels", "-o", f"{tmp_path}/labels.csv")
    bundle = there("export", slug, "--bundle", str(tmp_path / "out"))
    lost = there("project", "show", "nowhere")

    assert (refused.returncode, taken.returncode) == (1, 0)
    assert "1 rows that cannot be used; the first: line 3" in refused.stderr
    assert "same-id" in (tmp_path / "why.csv").read_text("utf-8-sig")
    assert "2 tasks published, 1 set aside." in taken.stderr
    assert started.returncode == 0
    assert listed.stdout == f"{slug}\topen\tCanut\tMessages\n"
    assert (shown["overlap"], shown["progress"]["to_do"]) == (2, 2)
    assert len((tmp_path / "labels.csv").read_text().splitlines()) == 3
    assert "Nobody has answered yet" in early.stderr
    assert not (tmp_path / "early").exists()
    assert bundle.returncode == 0, bundle.stderr
    (folder,) = (tmp_path / "out").iterdir()
    assert (folder / "labour-card.json").is_file()
    assert (lost.returncode, lost.stdout) == (1, "")
    assert "(missing)" in lost.stderr
    assert key_file.read_text().strip() not in "".join(spoken)


def test_pictures_go_to_a_server_and_what_it_cannot_read_is_told(
    server: Instance, key_file: Path, tmp_path: Path
) -> None:
    where = ("--server", server.url, "--key-file", str(key_file))
    slug = canut(*where, "project", "create", str(PROJECT_FILE)).stdout.split()[-1]
    archive, bad = tmp_path / "photos.zip", tmp_path / "bad.zip"
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr("a.png", a_picture())
    bad.write_bytes(b"PK no zip")

    brought = canut(*where, "import", slug, str(archive))
    refused = canut(*where, "import", slug, str(bad))

    assert brought.stderr == "1 tasks published, 0 set aside.\n"
    assert refused.returncode == 1
    assert "canut import:" in refused.stderr


def test_key_comes_from_the_environment_and_one_that_ended_is_refused(
    server: Instance, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = key_file.read_text().strip()
    monkeypatch.setattr(remote_server, "VARIABLE", "KEY_OF_THIS_TEST")
    monkeypatch.setenv("KEY_OF_THIS_TEST", key)

    done = canut("--server", server.url, "project", "list")
    wrong = canut("--server", server.url, "--key", f"{key[:-4]}AAAA", "project", "list")

    assert done.returncode == 0
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert key[:-4] not in wrong.stderr
