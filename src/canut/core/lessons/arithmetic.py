"""Exact arithmetic of a lesson's ``check``: + − × / with names and numbers, and nothing else."""

import ast
from collections.abc import Callable, Mapping
from fractions import Fraction

from canut.core.errors import BadInput
from canut.core.outside_text import LARGEST, read_decimal

MOST_LONG = 200
_OPERATORS: Mapping[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
    ast.Mult: lambda left, right: left * right,
    ast.Div: lambda left, right: left / right,
}


def evaluate(expression: str, inputs: Mapping[str, Fraction]) -> Fraction:
    """Return the exact value of an expression.

    Example:
        >>> evaluate("100*same/hidden", {"same": Fraction(1), "hidden": Fraction(8)})
        Fraction(25, 2)

    Raises:
        BadInput: it is longer than 200 characters, has other syntax or unknown names, or divides
            by 0.
    """
    try:
        if len(expression) <= MOST_LONG:
            return _value(ast.parse(expression, mode="eval").body, inputs)
        problem: Exception = ValueError(f"longer than {MOST_LONG} characters")
    except (SyntaxError, ValueError, ZeroDivisionError, RecursionError) as failure:
        problem = failure
    raise BadInput(
        f"{expression[:60]!r} is no sum of numbers and names: {problem}",
        code="bad-parameters",
        expression=expression[:60],
    )


def _value(node: ast.expr, inputs: Mapping[str, Fraction]) -> Fraction:
    """Return the value of a part of an expression."""
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        operate = _OPERATORS[type(node.op)]
        return operate(_value(node.left, inputs), _value(node.right, inputs))
    if isinstance(node, ast.Name):
        if node.id not in inputs:
            raise ValueError(f"{node.id} is not in given")
        return inputs[node.id]
    if isinstance(node, ast.Constant) and type(node.value) in {int, float}:
        number = read_decimal(str(node.value), LARGEST)
        if number is not None:
            return Fraction(number)
    raise ValueError("only + - * / with names and numbers are read")
