"""Numbers and days from outside have one reader, ``core.outside_text``.

Python's readers of numbers take the digits of every script and thousands of them. A text is what is
annotated so, what a method of texts returns, and what comes from a request.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tree import SOURCE, at, dotted, files, tree

DIGIT_TESTS = {"isdigit", "isdecimal", "isnumeric"}
READERS = {"int", "float", "Decimal", "UUID", "uuid.UUID", "decimal.Decimal"}
DAY_READERS = {"fromisoformat", "strptime"}
REQUEST = {"GET", "POST", "COOKIES", "META", "headers", "cleaned_data", "environ"}
TEXT_METHODS = {
    "strip", "lstrip", "rstrip", "removeprefix", "removesuffix", "replace", "partition",
    "rpartition", "split", "rsplit", "splitlines", "group", "groups", "lower", "upper", "join",
    "getlist", "decode", "read_text",
}  # fmt: skip
READER = SOURCE / "core/outside_text.py"
STORED = "what the instance wrote itself"
CHECKED = "the question or the form was checked before"
BOUNDED = "a pattern of ASCII digits with a bound comes before"
OWN_READERS: dict[str, str] = {
    "actions/learning/remote_proposals.py silence_of": STORED,
    "actions/operations/backup_keys.py _made_at": "a moment in a file of ours; refused in words",
    "actions/pay/corrections.py _add": STORED,
    "actions/pay/paid_before.py holidays_given": STORED,
    "actions/pay/paid_before.py _weeks": STORED,
    "actions/pay/year_to_date.py days_of": STORED,
    "actions/pay/year_to_date.py hours_of": STORED,
    "actions/people/erasure_register.py read_list": BOUNDED,
    "actions/time/measure.py _surfaces": "the project that the instance put before a surface",
    "core/audit/labels.py _judge": STORED,
    "core/portrait/by_place/statement_work.py work_of": STORED,
    "core/datasets/table_forms.py _number": "the decoder's own pattern comes before",
    "core/decisions/explanations.py _amount": STORED,
    "core/decisions/explanations.py _day": STORED,
    "core/decisions/explanations.py _duration": STORED,
    "core/decisions/explanations.py _share": STORED,
    "core/formats/platforms/platform_work.py _zone": BOUNDED,
    "core/formats/platforms/platform_work.py moment_of": "many notations; the day is bounded",
    "core/formats/training/json_entries.py _whole": "the decoder's own pattern comes before",
    "core/json_depth.py fraction_of": "the decoder's own pattern comes before; it is bounded after",
    "core/kinds/audio.py arrange": CHECKED,
    "core/kinds/boxes.py arrange": CHECKED,
    "core/kinds/date.py _checked": "any day of the calendar, written as it is written back",
    "core/kinds/date.py _days_apart": CHECKED,
    "core/kinds/keypoints.py arrange": CHECKED,
    "core/kinds/polygons.py arrange": CHECKED,
    "core/kinds/question_file.py _line": "a path that the checker wrote",
    "core/kinds/spans.py arrange": CHECKED,
    "core/messages.py _form": "a number of the instance",
    "core/turk/shapes.py _time": "many notations of ISO 8601; the moment is bounded after",
    "core/turk/signatures.py check_scope": "one pattern of digits comes before",
    "core/operations/findings.py _numbers": "the version of an installed program",
    "core/pay/payment_file.py is_iban": BOUNDED,
    "core/pay/statement.py _own_days": STORED,
    "core/portrait/charts/decisions.py _power": "a number of the instance",
    "core/portrait/entries.py _sum": "a number of the instance",
    "core/portrait/released.py read_release": "a file; what is no day is refused in words",
    "core/proofs/strict.py _whole": "I-JSON has bounds of its own",
    "core/proofs/strict.py read_decimal": "a proof has one spelling of each number",
    "core/proofs/tiles.py read_path": "tlog-tiles has a pattern of its own",
    "core/quality/tables/coded_answers.py _sort_key": "an order of names, of any size",
    "store/operations/health.py _days": STORED,
    "store/operations/health.py last_copy": STORED,
    "web/datasets/card_wording.py _period": STORED,
    "web/integrations/webhooks.py _replay": "one of a few choices",
    "web/kinds/date.py describe": CHECKED,
    "web/kinds/number.py describe": CHECKED,
    "web/kinds/rating.py describe": CHECKED,
    "web/pay/forms.py given": CHECKED,
    "web/pay/statement_words.py day_word": STORED,
    "web/pay/statement_words.py percent_word": STORED,
    "web/platform/metrics.py _resident": "the system's own figures",
    "web/platform/server.py load": "a port that the parent process passes on",
    "web/projects/setup_steps.py store_told": CHECKED,
    "web/tasks/media.py _part": BOUNDED,
    "web/time/day.py claim": CHECKED,
    "web/work/collection_forms.py count": CHECKED,
    "web/work/collection_forms.py least_asked": CHECKED,
    "web/work/collection_forms.py most_asked": CHECKED,
    "web/work/collection_forms.py per_mille": CHECKED,
    "web/work/record_layout.py _day": "a record is checked before it is kept",
}


def test_no_text_is_asked_whether_it_is_digits() -> None:
    asked = [
        at(file, node.lineno)
        for file in files(".py", under="src/canut")
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Attribute) and node.attr in DIGIT_TESTS
    ]

    assert not asked, "read it by core.outside_text: these take the digits of every script"


def test_texts_become_numbers_by_the_one_reader() -> None:
    readers: dict[str, str] = {}
    for file in files(".py", under="src/canut"):
        if file != READER and "migrations" not in file.parts:
            readers |= _readers(file)
    assert len(readers) > 20

    others = {place for name, place in readers.items() if name not in OWN_READERS}

    assert not others, "read it by core.outside_text, or give the reason in OWN_READERS"
    assert not OWN_READERS.keys() - readers.keys(), "these read no text any more"


@pytest.mark.parametrize(
    "code",
    [
        "def f(text: str): return int(text)",
        "def f(request): return float(request.GET.get('a', '1'))",
        "def f(request): return [int(part) for part in request.POST.getlist('a')]",
        "def f(self): return int(self.cleaned_data['a'])",
        "def f(line): number, _, rest = line.partition(' '); return int(number)",
        "def f(day): return date.fromisoformat(day)",
        "def f(text: str | None): return Decimal((text or '0').strip())",
    ],
)
def test_reader_of_a_text_is_seen(code: str) -> None:
    (function,) = ast.parse(code).body
    assert isinstance(function, ast.FunctionDef)

    assert len(list(_reads(function))) == 1


@pytest.mark.parametrize(
    "code", ["def f(a: float): return int(a)", "def f(a): return int(a.sum())"]
)
def test_number_made_of_a_number_is_no_reader(code: str) -> None:
    (function,) = ast.parse(code).body
    assert isinstance(function, ast.FunctionDef)

    assert not list(_reads(function))


def _readers(file: Path) -> dict[str, str]:
    """Return the functions of a file that make a number of a text, with their places."""
    name = file.relative_to(SOURCE)
    return {
        f"{name} {function.name}": at(file, call.lineno)
        for function in ast.walk(tree(file))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for call in _reads(function)
    }


def _reads(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.Call]:
    """Yield the calls of a function that make a number of a text."""
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call) and node.args]
    numbers = [call for call in calls if dotted(call.func) in READERS]
    yield from (call for call in calls if dotted(call.func).rpartition(".")[2] in DAY_READERS)
    if numbers:
        texts = _texts(function)
        yield from (call for call in numbers if _is_text(call.args[0], texts))


def _texts(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """Return the names in a function that hold texts."""
    arguments = function.args
    each = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    texts = {
        a.arg for a in each if a.annotation and "str" in ast.unparse(a.annotation).split(" | ")
    }
    for _ in range(2):
        for node in ast.walk(function):
            targets: list[ast.expr] = []
            value: ast.expr | None = None
            if isinstance(node, ast.Assign):
                targets, value = node.targets, node.value
            elif isinstance(node, ast.NamedExpr | ast.AnnAssign):
                targets, value = [node.target], node.value
            elif isinstance(node, ast.For | ast.comprehension):
                targets, value = [node.target], node.iter
            if targets and value is not None and _is_text(value, texts):
                texts |= {
                    name.id
                    for target in targets
                    for name in ast.walk(target)
                    if isinstance(name, ast.Name)
                }
    return texts


def _is_text(value: ast.expr, texts: set[str]) -> bool:
    """Return whether an expression is a text, as far as one function tells."""
    match value:
        case ast.Name(id=name):
            is_text = name in texts
        case ast.Call(func=ast.Name(id=name)):
            is_text = name == "str"
        case ast.Call(func=ast.Attribute(attr=name, value=inner)):
            is_text = name in TEXT_METHODS or _is_outside(inner)
        case ast.Subscript(value=inner) | ast.Attribute(value=inner):
            is_text = _is_text(inner, texts) or _is_outside(value)
        case ast.BoolOp(values=parts) | ast.Tuple(elts=parts):
            is_text = any(_is_text(part, texts) for part in parts)
        case ast.IfExp(body=one, orelse=other):
            is_text = _is_text(one, texts) or _is_text(other, texts)
        case ast.NamedExpr(value=inner):
            is_text = _is_text(inner, texts)
        case _:
            is_text = False
    return is_text


def _is_outside(value: ast.expr) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr in REQUEST for node in ast.walk(value))
