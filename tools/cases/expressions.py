"""What a coalition is worth, written as a small expression: a walk over a few kinds of nodes, never run as code."""

import ast
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias

# The values of an expression: numbers, truths, players, and sets and tables of them.
Value: TypeAlias = "Fraction | str | frozenset[Value] | tuple[Value, ...] | Mapping[Value, Value]"

MOST_BITS = 4_096
LONGEST = 2_000
ARITHMETIC: Mapping[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: lambda a, b: Fraction(a // b),
    ast.Mod: operator.mod,
}
ON_SETS: Mapping[type[ast.operator], Callable[[frozenset[Value], frozenset[Value]], frozenset[Value]]] = {
    ast.Sub: operator.sub,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
}
ORDER: Mapping[type[ast.cmpop], Callable[[Fraction, Fraction], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
INCLUSION: Mapping[type[ast.cmpop], Callable[[frozenset[Value], frozenset[Value]], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
WRITTEN = [
    (r"^\s*(?:lambda\s+S\s*:|v\s*\(\s*S\s*\)\s*=(?!=))", ""),
    (r"\|\|", " or "),
    (r"\|\s*(\w+)\s*\|", r"len(\1)"),
    (r"#\s*(\w+)", r"len(\1)"),
    (r"\b(?:size|card|count)\s*\(", "len("),
    (r"∉", " not in "),
    (r"∈", " in "),
    (r"&&|∧|\bAND\b", " and "),
    (r"∨|\bOR\b", " or "),
    (r"∩", " & "),
    (r"∪", " | "),
    (r"≥|⊇", ">="),
    (r"≤|⊆", "<="),
    (r"≠", "!="),
    (r"[×·]", "*"),
    (r"\^", "**"),
    (r"(?<![<>=!])=(?!=)", "=="),
    (r"^\s*(.+?)\s+if\s+(.+?)\s*[,;]\s*(?:else\s+|and\s+)?(\S+)\s+otherwise\.?\s*$", r"\1 if \2 else \3"),
    (r"\botherwise\b", "else"),
]


def parsed(text: str) -> ast.expr:
    """Return the tree of an expression, in Python's notation or in that of mathematics.

    >>> ast.unparse(parsed("v(S) = 1 if |S| ≥ 2 && 3 ∈ S, 0 otherwise"))
    '1 if len(S) >= 2 and 3 in S else 0'
    """
    if len(text) > LONGEST:
        message = f"an expression of {len(text)} characters is too long"
        raise ValueError(message)
    for pattern, replacement in WRITTEN:
        text = re.sub(pattern, replacement, text)
    try:
        return ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        message = f"{text!r} is no expression"
        raise ValueError(message) from error


def worked_out(node: ast.expr, names: Mapping[str, Value]) -> Value:
    """Return the value of an expression; what is not among the few nodes that are known raises `ValueError`.

    >>> worked_out(parsed("sum(w[i] for i in S) >= 3"), {"w": {"a": Fraction(3)}, "S": frozenset("a")})
    Fraction(1, 1)
    """
    make = NODES.get(type(node))
    if make is None:
        message = f"an expression must not hold {ast.unparse(node)!r}"
        raise ValueError(message)
    return make(node, names)


def number(value: Value) -> Fraction:
    """Return a value as a number."""
    if not isinstance(value, Fraction):
        message = f"{value!r} is no number"
        raise TypeError(message)
    return value


def members(value: Value) -> Sequence[Value]:
    """Return what is in a set, a list or a table's names."""
    if isinstance(value, (Fraction, str)):
        message = f"{value!r} is no set"
        raise TypeError(message)
    return list(value)


def constant(node: ast.Constant, _: Mapping[str, Value]) -> Value:
    if isinstance(node.value, str):
        return node.value
    if isinstance(node.value, (bool, int, float)):
        return Fraction(str(node.value)) if isinstance(node.value, float) else Fraction(int(node.value))
    message = f"{node.value!r} is no number"
    raise ValueError(message)


def name(node: ast.Name, names: Mapping[str, Value]) -> Value:
    if node.id not in names:
        message = f"{node.id} is not known"
        raise LookupError(message)
    return names[node.id]


def several(node: ast.Set | ast.Tuple | ast.List, names: Mapping[str, Value]) -> Value:
    found = [worked_out(each, names) for each in node.elts]
    return frozenset(found) if isinstance(node, ast.Set) else tuple(found)


def choice(node: ast.IfExp, names: Mapping[str, Value]) -> Value:
    return worked_out(node.body if is_true(worked_out(node.test, names)) else node.orelse, names)


def is_true(value: Value) -> bool:
    return bool(value)


def logic(node: ast.BoolOp, names: Mapping[str, Value]) -> Value:
    holds = (is_true(worked_out(each, names)) for each in node.values)
    return Fraction(all(holds) if isinstance(node.op, ast.And) else any(holds))


def unary(node: ast.UnaryOp, names: Mapping[str, Value]) -> Value:
    value = worked_out(node.operand, names)
    if isinstance(node.op, ast.Not):
        return Fraction(not is_true(value))
    return -number(value) if isinstance(node.op, ast.USub) else number(value)


def binary(node: ast.BinOp, names: Mapping[str, Value]) -> Value:
    left, right = worked_out(node.left, names), worked_out(node.right, names)
    if isinstance(left, frozenset) and isinstance(right, frozenset) and type(node.op) in ON_SETS:
        return ON_SETS[type(node.op)](left, right)
    if isinstance(node.op, ast.Pow):
        return power(number(left), number(right))
    if type(node.op) not in ARITHMETIC:
        message = f"an expression must not hold {ast.unparse(node)!r}"
        raise ValueError(message)
    return ARITHMETIC[type(node.op)](number(left), number(right))


def power(base: Fraction, exponent: Fraction) -> Fraction:
    """Return a power; one so large that it would take all memory is refused."""
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if bits * abs(exponent) > MOST_BITS:
        message = f"a power of {exponent} is too large"
        raise ValueError(message)
    return Fraction(base**exponent)


def comparison(node: ast.Compare, names: Mapping[str, Value]) -> Value:
    values = [worked_out(each, names) for each in (node.left, *node.comparators)]
    pairs = zip(node.ops, values[:-1], values[1:], strict=True)
    return Fraction(all(holds(relation, left, right) for relation, left, right in pairs))


def holds(relation: ast.cmpop, left: Value, right: Value) -> bool:
    """Say whether a relation holds; between sets, less means that all of one is in the other."""
    if isinstance(relation, (ast.Eq, ast.NotEq)):
        return (left == right) is isinstance(relation, ast.Eq)
    if isinstance(relation, (ast.In, ast.NotIn)):
        return (left in members(right)) is isinstance(relation, ast.In)
    if isinstance(left, frozenset) and isinstance(right, frozenset):
        return INCLUSION[type(relation)](left, right)
    return ORDER[type(relation)](number(left), number(right))


def element(node: ast.Subscript, names: Mapping[str, Value]) -> Value:
    table, place = worked_out(node.value, names), worked_out(node.slice, names)
    if isinstance(table, Mapping):
        return table[place]
    if isinstance(table, tuple):
        return table[int(number(place))]
    message = f"{ast.unparse(node)!r} is no element"
    raise TypeError(message)


def each_of(node: ast.GeneratorExp | ast.ListComp | ast.SetComp, names: Mapping[str, Value]) -> Value:
    """Return the values that a comprehension over one set goes through."""
    [loop] = node.generators
    if not isinstance(loop.target, ast.Name):
        message = f"{ast.unparse(node)!r} goes through more than one name"
        raise TypeError(message)
    scopes = [{**names, loop.target.id: each} for each in members(worked_out(loop.iter, names))]
    kept = [scope for scope in scopes if all(is_true(worked_out(test, scope)) for test in loop.ifs)]
    found = [worked_out(node.elt, scope) for scope in kept]
    return frozenset(found) if isinstance(node, ast.SetComp) else tuple(found)


def call(node: ast.Call, names: Mapping[str, Value]) -> Value:
    """Return the value of one of the few functions that are known."""
    function = node.func.id if isinstance(node.func, ast.Name) else ""
    arguments = [worked_out(each, names) for each in node.args]
    is_one = len(arguments) == 1 and not isinstance(arguments[0], (Fraction, str))
    whole = members(arguments[0]) if is_one else arguments
    if node.keywords or function not in FUNCTIONS:
        message = f"an expression must not call {ast.unparse(node)!r}"
        raise ValueError(message)
    return FUNCTIONS[function](whole)


FUNCTIONS: Mapping[str, Callable[[Sequence[Value]], Value]] = {
    "len": lambda values: Fraction(len(values)),
    "sum": lambda values: sum(map(number, values), Fraction(0)),
    "min": lambda values: min(map(number, values)),
    "max": lambda values: max(map(number, values)),
    "abs": lambda values: abs(number(values[0])),
    "any": lambda values: Fraction(any(map(is_true, values))),
    "all": lambda values: Fraction(all(map(is_true, values))),
    "set": frozenset,
    "int": lambda values: Fraction(int(number(values[0]))),
    "floor": lambda values: Fraction(number(values[0]) // 1),
}
NODES: Mapping[type[ast.expr], Callable[..., Value]] = {
    ast.Constant: constant,
    ast.Name: name,
    ast.Set: several,
    ast.Tuple: several,
    ast.List: several,
    ast.IfExp: choice,
    ast.BoolOp: logic,
    ast.UnaryOp: unary,
    ast.BinOp: binary,
    ast.Compare: comparison,
    ast.Subscript: element,
    ast.GeneratorExp: each_of,
    ast.ListComp: each_of,
    ast.SetComp: each_of,
    ast.Call: call,
}
