"""What every file of the house keeps to, whatever it says."""

import re
import tomllib
from pathlib import Path

import yaml

import canut
from tests.house.tree import ROOT, at, files
from tests.support.citation_format import citation_faults

LONGEST = 600
MOST_SILENCED = 40
SILENCE = re.compile(
    r"#\s*(?:noqa\b|type:\s*ignore|pyright:\s*ignore|pragma:\s*no cover)"
    r"|//\s*@ts-(?:ignore|expect-error|nocheck)"
    r"|biome-ignore\b"
    r"|djlint:\s*off"
)
REASON = re.compile(
    r"(?:noqa: [A-Z]+\d+(?:, ?[A-Z]+\d+)*|ignore\[[\w, -]+\]|no cover"
    r"|@ts-(?:ignore|expect-error|nocheck)|biome-ignore [\w/]+:?|djlint:\s*off)"
    r"\W.*\w{3}"
    r"|# \w[^#]*# noqa: [A-Z]+\d+$"
)
MACHINE = re.compile(r"/(?:root|home)/\w|/work/(?:shared|main|wt-)|[A-Z]:\\\\Users")
HOSTS = re.compile(r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|debian\.org|crates\.io")
WITHOUT_WORDS = {".png", ".ico", ".mo", ".zip", ".parquet", ".woff2"}
NOT_OURS = {".git", "uv.lock"}  # a worktree's pointer; a passing file of `make relock`


def test_no_file_is_longer_than_600_lines() -> None:
    written = [f for f in files(".py", ".ts", ".css") if "migrations" not in f.parts]
    lengths = {f: len(f.read_text().splitlines()) for f in written}
    assert {".py", ".ts", ".css"} == {f.suffix for f in written}

    long = {str(f.relative_to(ROOT)): n for f, n in lengths.items() if n > LONGEST}

    assert not long, f"split by subject: {long}"


def test_silenced_checks_are_few_and_each_says_why() -> None:
    silenced = _silenced()
    assert silenced

    unexplained = [where for where, line in silenced if not REASON.search(line)]

    assert not unexplained, "write the reason after the code, as in `# noqa: S603 - our own path`"
    assert len(silenced) <= MOST_SILENCED, [where for where, _line in silenced]


def test_no_file_names_a_place_of_one_machine_or_a_registry() -> None:
    texts = [f for f in files() if f.suffix not in WITHOUT_WORDS and f.name not in NOT_OURS]
    assert len(texts) > 100

    named = [where for f in texts for where in _named(f)]

    assert not named


def _silenced() -> list[tuple[str, str]]:
    return [
        (at(f, number), line)
        for f in files(".py", ".ts", ".css", ".html")
        if f != Path(__file__)
        for number, line in enumerate(f.read_text().splitlines(), 1)
        if SILENCE.search(line)
    ]


def _named(file: Path) -> list[str]:
    return [
        at(file, number)
        for number, line in enumerate(file.read_text(errors="replace").splitlines(), 1)
        if MACHINE.search(line) or (HOSTS.search(line) and "re.compile" not in line)
    ]


def test_citation_of_the_software_is_of_its_form_and_of_the_version() -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert citation_faults(cited) == []
    assert (cited["version"], cited["license"]) == (canut.__version__, project["license"])
