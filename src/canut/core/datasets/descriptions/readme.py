"""Write a dataset's README as a dataset card, with a section on the labour inside it.

The head is YAML for dataset hosts; every figure has its grade, and the list of what no signature
can prove comes before them.
"""

import json
from collections.abc import Mapping, Sequence

from canut.core.datasets.card import FIELDS, NEVER_PROVED, CardFigure
from canut.core.datasets.descriptions.credits import credits_section
from canut.core.datasets.descriptions.croissant import DatasetAbout
from canut.core.datasets.practices import SOURCE, practices_of
from canut.core.datasets.verdict_texts import phrase_in, value_in
from canut.core.messages import message

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


def readme_of(
    about: DatasetAbout,
    figures: Mapping[str, CardFigure],
    configs: Mapping[str, str | Mapping[str, str]],
    *,
    credit: Sequence[str] = (),
    is_simulated: bool,
) -> bytes:
    """Write ``README.md``.

    Args:
        about: description of the dataset.
        figures: of the card.
        configs: file of each table, by the table's name, or files by split; the first is loaded
            where none is named.
        credit: names people chose for themselves.
        is_simulated: stated at the top, and next to the figures.
    """
    items = figures["items"].value if "items" in figures else None
    share = figures["human_share"].value if "human_share" in figures else None
    creators = ["crowdsourced" if not is_simulated else "other"]
    if share == 0:
        creators = ["machine-generated"]
    head = [
        "---",
        f"pretty_name: {json.dumps(about.title, ensure_ascii=False)}",
        *([f"license: {json.dumps(about.licence)}"] if about.licence else []),
        "annotations_creators:",
        *(f"- {creator}" for creator in creators),
        "size_categories:",
        f"- {_size(items if isinstance(items, int) else 0)}",
        "configs:",
    ]
    head += _configs(configs)
    mark = (
        "**Simulated (simulé): nobody of this exists. Every figure below is of a show.**\n\n"
        if is_simulated
        else ""
    )
    body = f"""---

# {_line(about.title)}

{mark}{_text(about.description)}

- **Curated by:** {_line(about.creator)}
- **Version:** {about.version}, {about.date}
- **License:** {_line(about.licence) or "not stated"}

## Dataset Structure

{_tables(configs)}
Nothing in these files says who answered what: people are in the anonymous rows alone.

## Labour

What cannot be proved by any signature:

{_list(NEVER_PROVED)}

PROVEN: hashes and signatures show it. RECOMPUTED: anyone finds it again in `rows.json`, if those
rows are honest. CONFIRMED: people signed it with keys of their own (`countersignatures.json`); time
is at least that much. ASSERTED: the operator says so.

| Figure | Value | How it is known |
| --- | --- | --- |
{_figures(figures, is_simulated=is_simulated)}

## Who are the annotators?

{_annotators(figures, is_simulated=is_simulated)}

## Data laborer practices

{_practices(figures, is_simulated=is_simulated)}

{credits_section(credit)}## Check it yourself

With no program to install: save `verify.html` from the page of a card, open it in a browser, and
choose this folder or its zip.

```sh
pip install ./packages/canut-verify   # in Canut's sources; Python 3.12, four small packages
canut-verify . --policy policy.txt
```

`policy.txt` says which logs and witnesses you trust. Get it from them, never from this folder.
`AI-ACT.md` says what the European AI Act asks about data, and what of it is here.
"""
    return ("\n".join(head) + "\n" + body).encode()


def splits_head(title: str, splits: Mapping[str, str], *, is_simulated: bool) -> bytes:
    """Write the ``README.md`` of labels without a labour card: title, splits, and no figure."""
    mark = "**Simulated (simulé): nobody of this exists.**\n\n" if is_simulated else ""
    head = ["---", f"pretty_name: {json.dumps(title, ensure_ascii=False)}"]
    head += ["configs:", *_configs({"default": splits})] if splits else []
    files = _tables({"default": splits})
    text = f"\n---\n\n# {_line(title)}\n\n{mark}{files}\nThe labour card is in the whole dataset.\n"
    return ("\n".join(head) + text).encode()


def _configs(configs: Mapping[str, str | Mapping[str, str]]) -> list[str]:
    """List the tables for dataset hosts; the first is the default."""
    lines: list[str] = []
    for number, (name, files) in enumerate(configs.items()):
        lines += [f"- config_name: {name}"]
        if isinstance(files, str):
            lines += [f"  data_files: {files}"]
        else:
            lines += ["  data_files:"]
            for split, path in files.items():
                lines += [f"  - split: {split}", f"    path: {json.dumps(path)}"]
        lines += ["  default: true"] if not number else []
    return lines


def _practices(figures: Mapping[str, CardFigure], *, is_simulated: bool) -> str:
    mark = " (simulated)" if is_simulated else ""
    lines = [
        f"- **{question}** {_cell(answer)}{mark}" for question, answer in practices_of(figures)
    ]
    return "\n".join([*lines, "", f"As asked by: {SOURCE}."])


def _size(items: int) -> str:
    return next((name for most, name in _SIZES if items < most), "n>1M")


def _tables(configs: Mapping[str, str | Mapping[str, str]]) -> str:
    lines: list[str] = []
    for name, files in configs.items():
        paths = {name: files} if isinstance(files, str) else files
        lines += [f"- `{path}`: {title}\n" for title, path in paths.items()]
    return "".join(lines)


def _list(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _figures(figures: Mapping[str, CardFigure], *, is_simulated: bool) -> str:
    mark = " (simulated)" if is_simulated else ""
    rows: list[str] = []
    currency = str(figures["currency"].value or "") if "currency" in figures else ""
    for name, field in FIELDS.items():
        figure = figures.get(name, CardFigure(None, reason="not measured"))
        title = message("en", f"card.{name}")
        if figure.value is None:
            rows.append(f"| {title} | unknown | {_cell(phrase_in('en', figure.reason))} |")
        else:
            value = _cell(value_in("en", name, figure.value, field.unit, currency))
            rows.append(f"| {title} | {value}{mark} | {figure.grade.name} |")
    return "\n".join(rows)


def _annotators(figures: Mapping[str, CardFigure], *, is_simulated: bool) -> str:
    if is_simulated:
        return "Nobody: the people of this dataset are simulated (simulé)."

    def said(name: str) -> str:
        figure = figures.get(name, CardFigure(None))
        if figure.value is None:
            return "unknown"
        return _cell(value_in("en", name, figure.value, FIELDS[name].unit, ""))

    people = said("people")
    return (
        f"{'An unknown number of' if people == 'unknown' else people} people. "
        f"As what: {said('workforce')}. "
        f"Where, as they said: {said('places')}. "
        f"How they came: {said('recruitment')}."
    )


def _cell(text: str) -> str:
    """Escape a text for a cell of a table."""
    return " ".join(text.replace("|", "\\|").split())


def _line(text: str) -> str:
    """Escape a text and put it on one line."""
    return " ".join(text.replace("<", "&lt;").replace("`", "'").split())


def _text(text: str) -> str:
    """Escape a text so that it cannot become a heading, code or markup."""
    return "\n".join(_line(line).lstrip("#-*>|= ") for line in text.splitlines())
