"""What plain data must look like before anything is made of it: lists become tuples, and whatever else is refused.

A frozen loader is data that somebody hands over, and is looked at like any other input.

>>> shape = rows(fields(text, maybe(number)))
>>> shape([["api", 1], ["ui", None]])
(('api', 1), ('ui', None))
>>> shape([["api", "1"]])
Traceback (most recent call last):
    ...
ctxload.fleet.shapes.Misshapen: '1' isn't a whole number
"""

from __future__ import annotations

import ast

from ..record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Shape = Callable[[Any], Any]


class Misshapen(Exception):
    """Data of another shape than was asked for."""


def _refuse(value: object, wanted: str) -> Misshapen:
    return Misshapen(f"{repr(value)[:40]} isn't {wanted}")


def text(value: Any) -> str:
    """A text."""
    if type(value) is not str:
        raise _refuse(value, "a text")
    return value


def number(value: Any) -> int:
    """A whole number that a machine word holds."""
    if type(value) is not int or not -(1 << 63) <= value < 1 << 63:
        raise _refuse(value, "a whole number")
    return value


def amount(value: Any) -> float:
    """A number that is finite."""
    if type(value) not in (int, float) or not -1e300 < value < 1e300:
        raise _refuse(value, "a number")
    return value  # type: ignore[no-any-return]


def truth(value: Any) -> bool:
    """True or false."""
    if type(value) is not bool:
        raise _refuse(value, "true or false")
    return value


def nothing(value: Any) -> None:
    """Nothing at all."""
    if value is not None:
        raise _refuse(value, "nothing")


def rows(shape: Shape) -> Shape:
    """A list of any length, of one shape."""

    def check(value: Any) -> tuple[Any, ...]:
        return tuple([shape(item) for item in a_list(value)])

    return check


def fields(*shapes: Shape) -> Shape:
    """A list with a shape for each place."""

    def check(value: Any) -> tuple[Any, ...]:
        if len(a_list(value)) != len(shapes):
            raise _refuse(value, f"{len(shapes)} values")
        return tuple([shape(item) for shape, item in zip(shapes, value, strict=True)])

    return check


def maybe(shape: Shape) -> Shape:
    """Of this shape, or nothing."""
    return lambda value: None if value is None else shape(value)


def either(one: Shape, other: Shape) -> Shape:
    """Of one shape where it is a list, else of the other."""
    return lambda value: one(value) if type(value) is list else other(value)


def mapping(shape: Shape) -> Shape:
    """Values of one shape by name."""

    def check(value: Any) -> dict[str, Any]:
        if type(value) is not dict:
            raise _refuse(value, "a mapping")
        return {name: shape(item) for name, item in value.items()}

    return check


def a_list(value: Any) -> list[Any]:
    """A list, whatever it holds."""
    if type(value) is not list:
        raise _refuse(value, "a list")
    return value


def numbers(value: Any) -> tuple[int, ...]:
    """Whole numbers: most of a frozen loader is such, so that they are looked at together."""
    found = tuple(a_list(value))
    if not set(map(type, found)) <= {int}:
        raise _refuse(value, "a list of whole numbers")
    return found


_NAMED: dict[str, Shape] = {"str": text, "int": number, "float": amount, "bool": truth, "None": nothing}


def record_of(kind: type[Record], **named: Shape) -> Shape:
    """The values of a record, each of the shape that its annotation tells; other names than Python's own are `named`.

    >>> class Point(Record):
    ...     x: int
    ...     marks: tuple[str, ...] = ()
    >>> record_of(Point)([1, ["a"]])
    Point(x=1, marks=('a',))
    """
    known = {**_NAMED, **named}
    shapes = [_shape(ast.parse(str(kind.__annotations__[name]), mode="eval").body, known) for name in kind._fields]
    values = fields(*shapes)
    return lambda value: kind.of(values(value))


def _shape(node: ast.expr, known: dict[str, Shape]) -> Shape:
    """The shape that an annotation tells."""
    if shape := known.get(ast.unparse(node)):
        return shape
    if isinstance(node, ast.Subscript):
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if ast.unparse(parts[-1]) == "...":
            inner = _shape(parts[0], known)
            return numbers if inner is number else rows(inner)
        return fields(*[_shape(part, known) for part in parts])
    if isinstance(node, ast.BinOp):
        left, right = node.left, node.right
        if ast.unparse(right) == "None":
            return maybe(_shape(left, known))
        return either(_shape(right, known), _shape(left, known))
    raise TypeError(f"no shape is known for {ast.unparse(node)}")
