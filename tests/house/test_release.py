"""A release has one version, notes that lose no line, and a bill of what it brings."""

import shutil
from pathlib import Path

import canut_verify
import pytest

import canut
import canut_client
from tests.house.tree import ROOT
from tools.release import __main__ as release
from tools.release import notes, sbom


def places(folder: Path) -> Path:
    """Copy every place of the version into a folder."""
    for path in release.PLACES:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, folder / path)
    return folder


def test_three_packages_have_one_version() -> None:
    versions = {canut.__version__, canut_client.__version__, canut_verify.__version__}

    assert versions == {release.agreed_version(ROOT)}


def test_version_is_written_everywhere_at_once(tmp_path: Path) -> None:
    release.set_version("2.3.4rc5", places(tmp_path))

    assert {release.version_in(path, tmp_path) for path in release.PLACES} == {"2.3.4rc5"}
    assert release.agreed_version(tmp_path) == "2.3.4rc5"


def test_versions_that_differ_or_are_none_are_refused(tmp_path: Path) -> None:
    path = places(tmp_path) / "CITATION.cff"
    path.write_text(path.read_text().replace(canut.__version__, "9.9.9"))

    with pytest.raises(SystemExit, match="versions differ"):
        release.agreed_version(tmp_path)
    with pytest.raises(SystemExit, match="is no version"):
        release.set_version("1.0", tmp_path)


def test_each_package_carries_the_licence() -> None:
    licence = (ROOT / "LICENSE").read_bytes()

    for package in ("canut-client", "canut-verify"):
        assert (ROOT / "packages" / package / "LICENSE").read_bytes() == licence


def test_notes_of_this_version_are_read_back_as_they_stand_and_hold_all_news() -> None:
    text = (ROOT / "CHANGELOG.md").read_text()
    there, news = notes.read_section(text, canut.__version__), notes.read_news(ROOT / "news")

    day = text.partition(f"## {canut.__version__} (")[2].partition(")")[0]
    joined = release.notes_of(ROOT, canut.__version__, day)

    assert there.lines
    assert notes.render(there.lines, canut.__version__, day, there.opening) in text
    assert joined.count("\n- ") == len(there.lines) + len(news)
    assert all(f"\n- {line.text}\n" in joined for line in (*there.lines, *news))
    assert notes.ALSO not in {line.area for line in (*there.lines, *news)}


def test_notes_group_by_area_and_leave_what_none_claims_at_the_end() -> None:
    lines = [
        notes.NewsLine(notes.area_of("zebra-stripes"), "added", "Stripes."),
        notes.NewsLine(notes.area_of("pay-floor"), "fixed", "A floor."),
        notes.NewsLine(notes.area_of("project-tabs"), "added", "Tabs."),
        notes.NewsLine(notes.area_of("project-list"), "changed", "A list."),
    ]

    heads = [
        line for line in notes.render(lines, "1.0.0", "today").splitlines() if line.startswith("#")
    ]

    assert heads[1:] == [
        *("### Projects and questions", "#### New", "#### Changed"),
        *("### Pay", "#### Fixed"),
        *("### Also", "#### New"),
    ]


def test_news_move_into_the_changelog_and_nothing_of_it_is_lost(tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news/+pay-floor.added.md").write_text("A floor.\n")
    (tmp_path / "CHANGELOG.md").write_text(
        f"# Changelog\n\n{notes.START}\n## 0.9 (old)\n\n- Old.\n"
    )

    assert notes.write_changelog(tmp_path, "1.0.0", "2026-12-01") == 1

    text = (tmp_path / "CHANGELOG.md").read_text()
    assert not list((tmp_path / "news").glob("*.md"))
    assert text.index("## 1.0.0") < text.index("- A floor.") < text.index("- Old.")
    assert release.notes_of(tmp_path, "1.0.0", "later").endswith("- A floor.\n")


def test_late_news_join_the_notes_of_their_version_and_touch_nothing(tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    written = "## 1.0.0 (2026-12-01)\n\nThe first.\n\n### Time\n\n#### New\n\n- Of hand.\n"
    old = "\n## 0.9 (old)\n\n- Old.\n"
    (tmp_path / "CHANGELOG.md").write_text(f"# Changelog\n\n{notes.START}\n{written}{old}")
    (tmp_path / "news/+time-late.added.md").write_text("Late.\n")
    (tmp_path / "news/+pay-late.fixed.md").write_text("A cent.\n")

    notes.write_changelog(tmp_path, "1.0.0", "2026-12-02")

    text = (tmp_path / "CHANGELOG.md").read_text()
    assert text == (
        f"# Changelog\n\n{notes.START}\n## 1.0.0 (2026-12-02)\n\nThe first.\n\n"
        f"### Time\n\n#### New\n\n- Of hand.\n- Late.\n\n### Pay\n\n#### Fixed\n\n- A cent.\n{old}"
    )
    (tmp_path / "CHANGELOG.md").write_text(text.replace("- Of hand.", "Of hand."))
    with pytest.raises(SystemExit, match="a note is one line"):
        notes.read_section((tmp_path / "CHANGELOG.md").read_text(), "1.0.0")


def test_news_of_another_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "+pay.other.md").write_text("A floor.\n")

    with pytest.raises(SystemExit, match=r"\+topic\.added\.md"):
        notes.read_news(tmp_path)


def test_bill_lists_what_a_package_brings_with_versions_of_the_lock() -> None:
    package = {
        "name": "canut",
        "version": "1.0.0",
        "requires": ["cryptography>=50", "segno>=1.6.6 ; extra == 'server'"],
        "extras": ["server"],
        "sha256": "0" * 64,
    }
    pins = sbom.locked(ROOT / "requirements.lock")

    bill = sbom.write(package, ROOT, 1_795_608_000)

    listed = {one["name"]: one for one in bill["components"]}
    assert {"cryptography", "cffi", "segno", "lit", "idb"} <= set(listed)
    assert listed["cryptography"]["version"] == pins["cryptography"][0]
    assert len(listed["cryptography"]["properties"]) == len(pins["cryptography"][1]) > 10
    assert listed["cryptography"]["scope"] == "required"
    assert listed["segno"]["scope"] == "optional"
    assert all(one["licenses"] for one in bill["components"])
    assert bill == sbom.write(package, ROOT, 1_795_608_000)


def test_bill_refuses_what_the_lock_does_not_pin(tmp_path: Path) -> None:
    (tmp_path / "requirements.lock").write_text("cffi==1.0\n")
    package = {"name": "x", "version": "1", "requires": ["msgspec"], "extras": [], "sha256": ""}

    with pytest.raises(SystemExit, match=r"msgspec is needed and not in requirements\.lock"):
        sbom.write(package, tmp_path, 0)
