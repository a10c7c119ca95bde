"""The part of CloudWatch Logs' filter patterns that metric filters here use: terms and JSON selectors."""

from __future__ import annotations

import fnmatch
import json
import re
from typing import Any

_TERM = re.compile(r'([-?]?)("(?:[^"\\]|\\.)*"|\S+)')
_COMPARISON = re.compile(
    r"\$\.?(?P<path>[\w.\[\]@-]+)\s*(?P<op>>=|<=|!=|=|>|<|\bIS\b|\bEXISTS\b|\bNOT EXISTS\b)"
    r'\s*(?P<value>"[^"]*"|[^\s&|()]*)'
)


def matches(pattern: str, message: str) -> bool:
    """Whether a log event matches a filter pattern."""
    text = pattern.strip()
    if not text:
        return True
    if text.startswith("{"):
        try:
            record = json.loads(message)
        except ValueError:
            return False
        return isinstance(record, dict) and _selects(text.strip("{} "), record)
    terms = [(sign, term.strip('"')) for sign, term in _TERM.findall(text)]
    optional = [term in message for sign, term in terms if sign == "?"]
    return (
        all(term in message for sign, term in terms if not sign)
        and not any(term in message for sign, term in terms if sign == "-")
        and (not optional or any(optional))
    )


def value_at(record: Any, path: str) -> Any:
    """The value a selector such as `$.a.b[0]` names, or None."""
    for name, index in re.findall(r"([\w@-]+)|\[(\d+)\]", path.removeprefix("$").removeprefix(".")):
        try:
            record = record[name] if name else record[int(index)]
        except (KeyError, IndexError, TypeError):
            return None
    return record


def _selects(condition: str, record: dict[str, Any]) -> bool:
    """`||` binds weaker than `&&`; brackets around single comparisons are allowed, nesting is not."""
    return any(all(_holds(part, record) for part in either.split("&&")) for either in condition.split("||"))


def _holds(comparison: str, record: dict[str, Any]) -> bool:
    found = _COMPARISON.search(comparison)
    if not found:
        return False
    value, op, expected = value_at(record, found["path"]), found["op"], found["value"]
    if op in ("EXISTS", "NOT EXISTS"):
        return (value is not None) == (op == "EXISTS")
    if op == "IS":
        return value is {"TRUE": True, "FALSE": False, "NULL": None}.get(expected.upper())
    if op in ("=", "!="):
        return _equal(value, expected) == (op == "=")
    try:
        left, right = float(value), float(expected)
    except (TypeError, ValueError):
        return False
    return {">": left > right, "<": left < right, ">=": left >= right, "<=": left <= right}[op]


def _equal(value: Any, expected: str) -> bool:
    if expected.startswith('"'):
        return isinstance(value, str) and fnmatch.fnmatchcase(value, expected.strip('"'))
    if isinstance(value, bool) or value is None:
        return False
    if isinstance(value, (int, float)):
        try:
            return float(value) == float(expected)
        except ValueError:
            return False
    return isinstance(value, str) and fnmatch.fnmatchcase(value, expected)
