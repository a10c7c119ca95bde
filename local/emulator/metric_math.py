"""The part of CloudWatch's metric math that alarms here use, on plain lists.

A series is a list of numbers, oldest first, with None where a period has no data.
"""

from __future__ import annotations

import ast
import itertools
import operator
import re
from collections.abc import Callable
from typing import Any

Series = list[float | None]

_BINARY: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Pow: operator.pow,
    ast.Div: lambda a, b: a / b if b else None,
}
_COMPARE: dict[type, Callable[[Any, Any], Any]] = {
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_AGGREGATE: dict[str, Callable[[list[float]], float]] = {
    "SUM": sum,
    "MIN": min,
    "MAX": max,
    "AVG": lambda values: sum(values) / len(values),
}


class Unsupported(ValueError):
    """An expression outside the supported part."""


def evaluate(expression: str, series: dict[str, Series], period: float) -> Series:
    """The series an expression yields from the named ones, all of the same length and period in seconds."""
    text = re.sub(r"&&|\bAND\b", " and ", expression)
    text = re.sub(r"\|\||\bOR\b", " or ", text).replace("^", "**")
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except SyntaxError:
        raise Unsupported(expression) from None
    length = max((len(values) for values in series.values()), default=1)
    found = _Evaluation(series, period, length).visit(tree.body)
    return found if isinstance(found, list) else [found] * length


class _Evaluation:
    def __init__(self, series: dict[str, Series], period: float, length: int) -> None:
        self.series, self.period, self.length = series, period, length

    def visit(self, node: ast.AST) -> Any:
        match node:
            case ast.Constant(value=int() | float()):
                return float(node.value)
            case ast.Name() if node.id in self.series:
                return self.series[node.id]
            case ast.UnaryOp(op=ast.USub()):
                return self.each(operator.neg, self.visit(node.operand))
            case ast.BinOp() if type(node.op) in _BINARY:
                return self.each(_BINARY[type(node.op)], self.visit(node.left), self.visit(node.right))
            case ast.Compare(ops=[op]) if type(op) in _COMPARE:
                compare = _COMPARE[type(op)]
                return self.each(
                    lambda a, b: float(compare(a, b)), self.visit(node.left), self.visit(node.comparators[0])
                )
            case ast.BoolOp():
                join = all if isinstance(node.op, ast.And) else any
                return self.each(lambda *values: float(join(values)), *map(self.visit, node.values))
            case ast.Call(func=ast.Name()):
                return self.call(node.func.id, node.args)
        raise Unsupported(ast.unparse(node))

    def each(self, function: Callable[..., Any], *values: Any) -> Any:
        """Apply to every period; a missing value makes the result of its period missing."""
        if not any(isinstance(value, list) for value in values):
            return None if None in values else function(*values)
        columns = [value if isinstance(value, list) else [value] * self.length for value in values]
        return [None if None in row else function(*row) for row in zip(*columns, strict=False)]

    def call(self, name: str, arguments: list[ast.expr]) -> Any:
        if name in _AGGREGATE:
            return self.aggregate(_AGGREGATE[name], arguments[0])
        if name == "FILL":
            return self.fill(self.visit(arguments[0]), arguments[1])
        if name == "IF":
            return self.choose([self.visit(argument) for argument in arguments])
        values = [self.visit(argument) for argument in arguments]
        match name:
            case "ABS":
                return self.each(abs, *values)
            case "PERIOD":
                return float(self.period)
            case "DIFF":
                return self.change(values[0], 1)
            case "RATE":
                return self.change(values[0], self.period)
        raise Unsupported(name)

    def aggregate(self, function: Callable[[list[float]], float], argument: ast.expr) -> Any:
        """Over an array of series period by period, over one series as a whole."""
        if isinstance(argument, ast.Call) and getattr(argument.func, "id", "") == "METRICS":
            members: list[Any] = list(self.series.values())
        elif isinstance(argument, ast.List):
            members = [self.visit(item) for item in argument.elts]
        else:
            present = [value for value in self.visit(argument) if value is not None]
            return function(present) if present else None
        rows = [[value for value in row if value is not None] for row in zip(*members, strict=False)]
        return [function(row) if row else None for row in rows]

    def fill(self, values: Any, filler: ast.expr) -> Any:
        if isinstance(filler, ast.Name) and filler.id == "REPEAT":
            last, filled = None, []
            for value in values:
                last = value if value is not None else last
                filled.append(last)
            return filled
        other = self.visit(filler)
        others = other if isinstance(other, list) else [other] * self.length
        return [theirs if value is None else value for value, theirs in zip(values, others, strict=False)]

    def choose(self, values: list[Any]) -> Any:
        condition, then, *rest = values
        otherwise = rest[0] if rest else None
        # A branch that is not taken may be missing, so this cannot go through `each`.
        columns = [
            value if isinstance(value, list) else [value] * self.length for value in (condition, then, otherwise)
        ]
        chosen = [None if asked is None else yes if asked else no for asked, yes, no in zip(*columns, strict=False)]
        return chosen if any(isinstance(value, list) for value in values) else chosen[0]

    def change(self, values: Series, per: float) -> Series:
        pairs = itertools.pairwise(values)
        return [None, *(None if None in pair else (pair[1] - pair[0]) / per for pair in pairs)]  # type: ignore[operator]
