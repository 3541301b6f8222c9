"""Pictures through to S3 and back: sent, published, stored in a bucket, read, asked for, copied."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import boto3
import pytest
from PIL import Image

from canut_client import Client
from tests.browser.instance import Instance
from tests.commands.running import free_port
from tests.support.s3 import s3_server

pytestmark = pytest.mark.slow


def pictures() -> dict[str, bytes]:
    """Draw two pictures; return them by their hash."""
    drawn = {}
    for shade in (40, 200):
        out = io.BytesIO()
        Image.new("L", (8, 8), shade).save(out, "PNG")
        drawn[hashlib.sha256(out.getvalue()).hexdigest()] = out.getvalue()
    return drawn


def diagnosis(server: Instance) -> dict[str, dict[str, Any]]:
    """Return what ``canut doctor`` finds, by code."""
    words = [sys.executable, "-m", "canut", "doctor", "--json", "--data", str(server.data)]
    done = subprocess.run(words, env=server.env, capture_output=True, text=True, check=False)
    return {each["code"]: each["facts"] for each in json.loads(done.stdout)["findings"]}


def test_picture_sent_by_a_program_is_an_object_and_comes_back(tmp_path: Path) -> None:
    drawn, archive = pictures(), tmp_path / "photos.zip"
    with zipfile.ZipFile(archive, "w") as out:
        for number, content in enumerate(drawn.values()):
            out.writestr(f"{number}.png", content)
    server = Instance(tmp_path / "data", free_port(), ["serve", "--with-jobs"])
    with pytest.MonkeyPatch.context() as patch, s3_server() as address:
        patch.delenv("DATABASE_URL", raising=False)
        patch.setenv("CANUT_MEDIA", f"s3://canut/m?endpoint={address}&region=us-east-1")
        server.canut("migrate")
        said = server.canut("key", "create", "--role", "requester", "--name", "s3")
        server.start()
        try:
            with Client(server.url, said.splitlines()[-1]) as client:
                project = client.begin_project("Photos", own_staff=True).id
                waiting = client.add_file(project, archive, publish=False)
                published = client.publish_import(project, waiting.id)
                cells = {task.data["image"] for task in client.tasks(project)}
                back = {
                    sha256: client.media(project, sha256, tmp_path / sha256).read_bytes()
                    for sha256 in cells
                }
            bucket = boto3.client("s3", endpoint_url=address, region_name="us-east-1")
            keys = [each["Key"] for each in bucket.list_objects_v2(Bucket="canut")["Contents"]]
            objects = [bucket.get_object(Bucket="canut", Key=key) for key in keys]
            stored = {hashlib.sha256(each["Body"].read()).hexdigest() for each in objects}
            well = diagnosis(server)
            (picture, cut) = sorted(key for key in keys if key.rpartition("/")[2] in drawn)
            bucket.delete_object(Bucket="canut", Key=picture)
            bucket.put_object(Bucket="canut", Key=cut, Body=b"half")
            lost = diagnosis(server)
            for key in keys:
                bucket.delete_object(Bucket="canut", Key=key)
            bucket.delete_bucket(Bucket="canut")
            gone = diagnosis(server)
        finally:
            server.stop()

    assert (waiting.state, published.state, published.tasks) == ("ready", "published", 2)
    assert back == drawn
    assert set(drawn) <= stored
    assert all(key.startswith("m/") for key in keys)
    assert not (server.data / "media").exists()
    assert not {"storage-unwritable", "objects-lost"} & set(well)
    assert lost["objects-lost"]["files"] == 2
    assert lost["objects-lost"]["storage"] == "s3://canut/m"
    assert "NoSuchBucket" in gone["storage-unwritable"]["problem"]
