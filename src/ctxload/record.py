"""`Record`: frozen, slotted values that cost nothing to import.

`dataclasses`, `typing` and `enum` together cost about a whole interpreter start, and the values below are
built by a command that runs on every prompt. A `Record` is a tuple with named fields: immutable, hashable,
picklable, compared by value. Type checkers see a frozen dataclass.

>>> class Point(Record):
...     x: int
...     y: int = 0
>>> Point(1)
Point(x=1, y=0)
>>> Point(x=1, y=2).y
2
>>> Point(1).replace(y=5)
Point(x=1, y=5)
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, ClassVar, Self, TypeVar, dataclass_transform

    R = TypeVar("R")

    class Base:
        """What a type checker sees of a tuple: fields are typed by name, unpacking is not."""

        def __iter__(self) -> Iterator[Any]: ...
        def __len__(self) -> int: ...
        def __getitem__(self, number: int, /) -> Any: ...
        def __lt__(self, other: object, /) -> bool: ...

    def field(number: int, doc: None, /) -> property: ...

else:
    Base = tuple
    try:
        from _collections import _tuplegetter as field  # a field of a named tuple: quicker to make and to read
    except ImportError:  # not every interpreter has it
        from _operator import itemgetter

        def field(number: int, doc: None, /) -> property:
            return property(itemgetter(number))

    def dataclass_transform(**_: object):
        return lambda cls: cls


@dataclass_transform(frozen_default=True, eq_default=True)
class RecordType(type):
    """Turns the annotations of a class body into the fields of a tuple."""

    def __new__(mcls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> RecordType:
        names = tuple(body.get("__annotations__", ()))
        body["_defaults"] = {name: body[name] for name in names if name in body}
        body["_fields"] = names
        body["__slots__"] = ()
        for number, one in enumerate(names):
            body[one] = field(number, None)
        return super().__new__(mcls, name, bases, body)


if TYPE_CHECKING:

    def record(kind: type[R], values: tuple[Any, ...], /) -> R:
        """The same as `kind.of(values)` without a call in between, where thousands are made."""

else:
    record = tuple.__new__


class Record(Base, metaclass=RecordType):
    """The base of all values; see the module."""

    if TYPE_CHECKING:
        _fields: ClassVar[tuple[str, ...]]
        _defaults: ClassVar[dict[str, Any]]
    else:
        _fields = ()
        _defaults = {}

    if not TYPE_CHECKING:

        def __new__(cls, *values, **named):
            if len(values) != len(cls._fields) or named:
                values = cls._complete(values, named)
            return tuple.__new__(cls, values)

    @classmethod
    def _complete(cls, values: tuple[Any, ...], named: dict[str, Any]) -> list[Any]:
        rest = cls._fields[len(values) :]
        unknown = [name for name in named if name not in rest]
        if unknown or len(values) > len(cls._fields):
            raise TypeError(f"{cls.__name__} takes {', '.join(cls._fields)}; not {unknown or values}")
        whole = list(values)
        for field in rest:
            if field in named:
                whole.append(named[field])
            elif field in cls._defaults:
                whole.append(cls._defaults[field])
            else:
                raise TypeError(f"{cls.__name__} needs {field}")
        return whole

    @classmethod
    def of(cls, values: tuple[Any, ...]) -> Self:
        """The record whose fields are these values, in order (as they were stored)."""
        return tuple.__new__(cls, values)  # type: ignore[type-var]

    def replace(self, **changed: Any) -> Self:
        """A copy in which these fields have other values."""
        return type(self)(**{**dict(zip(self._fields, self, strict=True)), **changed})

    def __getnewargs__(self) -> tuple[Any, ...]:
        return tuple(self)

    def __repr__(self) -> str:
        inside = ", ".join(f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True))
        return f"{type(self).__name__}({inside})"
