"""One loader, and what is wanted from it: an awaitable for resolvers, a request to be collected for plans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Generator, Hashable, Iterable, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

from asgiref.sync import sync_to_async

Value = TypeVar("Value")


class Loader(Generic[Value]):
    """Values by key, each read once in a request, many of them at a time.

    `read` gives the values of keys in one statement or a few; `default` makes what is missing. What a thread has read
    is `known` only when all of it is there: resolvers that ask together are answered together, and ask together again.
    """

    def __init__(
        self,
        reader: Reader,
        read: Callable[[Sequence[Any]], Mapping[Any, Any]],
        *,
        default: Callable[[], Any] | None = None,
    ) -> None:
        self.reader, self._read, self._default = reader, read, default
        self._found: dict[Hashable, Any] = {}
        self.known: dict[Hashable, Any] = {}

    def load(self, key: Any) -> Awaitable[Value]:
        """The value of one key."""
        return Wanted(self, (key,), is_list=False)

    def load_many(self, keys: Sequence[Any]) -> Awaitable[list[Value]]:
        """The values of these keys, in their order."""
        return Wanted(self, tuple(keys), is_list=True)

    def prime(self, values: Mapping[Any, Value]) -> None:
        """Take values that were read already."""
        self._found.update(values)
        self.known.update(values)

    def read_now(self, keys: Iterable[Any]) -> None:
        """Read what was not read before; in the thread of the ORM."""
        missing = [key for key in keys if key not in self._found]
        if missing:
            found, default = self._read(missing), self._default
            for key in missing:
                self._found[key] = found[key] if key in found else default() if default else None

    def tell(self, keys: Iterable[Any]) -> None:
        """Have keys that were read known."""
        self.known.update((key, self._found[key]) for key in keys)


Keys = dict[Loader[Any], set[Hashable]]


class Reader(Protocol):
    """Who reads for all loaders of a request."""

    is_planning: bool  # a plan drives the resolvers: it asks hundreds of them what they want before it reads

    async def read(self, keys: Keys) -> None:
        """Have these keys known, together with what others want at this moment."""


async def read_all(requests: Sequence[Keys]) -> list[None]:
    """Have the keys of all requests known; one read for each loader, and one hop to a thread for all."""
    together: Keys = defaultdict(set)
    for keys in requests:
        for loader, wanted in keys.items():
            together[loader] |= wanted
    await sync_to_async(_read)(together)
    for loader, wanted in together.items():
        loader.tell(wanted)
    return [None] * len(requests)


def _read(keys: Keys) -> None:
    for loader, wanted in keys.items():
        loader.read_now(wanted)


class Wanted(Awaitable[Any]):
    """The values of some keys, asked for and perhaps not read yet."""

    __slots__ = ("_is_list", "keys", "loader")

    def __init__(self, loader: Loader[Any], keys: tuple[Any, ...], *, is_list: bool) -> None:
        self.loader, self.keys, self._is_list = loader, keys, is_list

    def __await__(self) -> Generator[Any, None, Any]:
        """Have the keys read, by the plan that drives the resolver or by oneself, and give their values."""
        loader, reader = self.loader, self.loader.reader
        if any(key not in loader.known for key in self.keys):
            if reader.is_planning:
                yield self
            else:
                yield from reader.read({loader: set(self.keys)}).__await__()
        values = [loader.known[key] for key in self.keys]
        return values if self._is_list else values[0]
