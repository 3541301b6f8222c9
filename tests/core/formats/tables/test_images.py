import io
import zipfile
from pathlib import Path

import pytest

from canut.core.errors import BadFile, TooLarge
from canut.core.formats import Problem, preview, sniff
from canut.core.formats.tables.images import PICTURE_LIMIT_BYTES, ImageFile, names_of, pictures

PNG = b"\x89PNG\r\n\x1a\n rest"


def listed(path: Path) -> list[tuple[str, str]]:
    found = pictures(path, names_of(path))
    return [
        (item.name, "ok") if isinstance(item, ImageFile) else (str(item.facts["file"]), item.code)
        for item in found
    ]


def test_a_folder_is_read_in_the_order_people_count(tmp_path: Path) -> None:
    for name in ("b/img10.png", "b/img2.png", "a.png", ".hidden/x.png", ".DS_Store", "Thumbs.db"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(PNG)

    assert names_of(tmp_path) == ["a.png", "b/img2.png", "b/img10.png"]
    assert sniff(tmp_path).columns == ("image", "file", "folder")
    assert preview(tmp_path, 2).rows == [{"file": "a.png"}, {"file": "b/img2.png"}]
    assert sniff(tmp_path / "a.png").columns == ("image", "file")


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.png").symlink_to(tmp_path / "secret")
    (folder / "b.png").write_bytes(PNG)

    assert listed(folder) == [("a.png", "unsafe-name"), ("b.png", "ok")]


def test_a_zip_is_opened_with_care(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    link = zipfile.ZipInfo("link.png")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("good/a.png", PNG)
        archive.writestr("__MACOSX/good/._a.png", b"x")
        archive.writestr("../evil.png", PNG)
        archive.writestr("C:/evil.png", PNG)
        archive.writestr("zeros.png", b"\0" * 3_000_000)
        archive.writestr(link, "/etc/passwd")

    assert listed(path) == [
        ("../evil.png", "unsafe-name"),
        ("C:/evil.png", "unsafe-name"),
        ("good/a.png", "ok"),
        ("link.png", "unsafe-name"),
        ("zeros.png", "zip-ratio"),
    ]
    assert sniff(path).format == "images"


def test_a_damaged_entry_costs_one_picture(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.png", PNG)
        archive.writestr("b.png", PNG)
    content = bytearray(out.getvalue())
    content[content.index(PNG) + 3] ^= 1
    path = tmp_path / "a.zip"
    path.write_bytes(content)

    assert listed(path) == [("a.png", "unreadable"), ("b.png", "ok")]


def test_a_locked_entry_is_said(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.png", PNG)
    content = bytearray(out.getvalue())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path = tmp_path / "a.zip"
    path.write_bytes(content)

    assert listed(path) == [("a.png", "zip-locked")]


def test_a_picture_over_the_limit_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "big.png").open("wb") as file:
        file.truncate(PICTURE_LIMIT_BYTES + 1)

    assert listed(tmp_path) == [("big.png", "picture-too-large")]


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("canut.core.formats.tables.images.ENTRY_LIMIT", 1)
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(PNG)

    with pytest.raises(TooLarge, match="2 files"):
        names_of(tmp_path)


def test_empty_folders_damaged_zips_and_workbooks_are_refused(tmp_path: Path) -> None:
    folder, broken, book = tmp_path / "folder", tmp_path / "broken", tmp_path / "book"
    folder.mkdir()
    broken.write_bytes(b"PK\x03\x04 nothing")
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")

    codes = []
    for path in (folder, broken, book):
        with pytest.raises(BadFile) as refusal:
            sniff(path)
        codes.append(refusal.value.case)

    assert codes == ["folder-empty", "zip-damaged", "file-is-excel"]


def test_a_file_gone_meanwhile_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)

    found = list(pictures(tmp_path, ["a.png", "gone.png"]))

    assert isinstance(found[1], Problem)
    assert found[1].code == "unreadable"
