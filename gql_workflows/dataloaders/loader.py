"""One loader, and how what is wanted of all loaders of a request is read together."""

from __future__ import annotations

from asyncio import Future, Task, get_running_loop
from collections import defaultdict
from collections.abc import Awaitable, Callable, Generator, Hashable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from typing import Any, Final, Generic, Protocol, TypeVar

from asgiref.sync import sync_to_async

Value = TypeVar("Value")

in_plan: Final[ContextVar[bool]] = ContextVar("in_plan", default=False)
"""Whether a plan runs the resolver, which then gives what it wants to the plan."""


class Loader(Generic[Value]):
    """Values by key, each read once in a request, many of them at a time.

    `read` gives the values of keys in one statement or a few; `default` makes what is missing. What the thread of the
    ORM has `found` is `known` to the event loop when all of it is there: resolvers that ask together are answered
    together, and ask together again.
    """

    def __init__(
        self,
        requests: Requests,
        read: Callable[[Sequence[Any]], Mapping[Any, Any]],
        *,
        default: Callable[[], Any] | None = None,
    ) -> None:
        self.requests, self._read, self._default = requests, read, default
        self.found: dict[Hashable, Any] = {}
        self.known: dict[Hashable, Any] = {}
        self.failure: Exception | None = None

    def load(self, key: Any) -> Awaitable[Value]:
        """The value of one key."""
        return LoadRequest(self, (key,), is_list=False)

    def load_many(self, keys: Sequence[Any]) -> Awaitable[list[Value]]:
        """The values of these keys, in their order."""
        return LoadRequest(self, tuple(keys), is_list=True)

    def prime(self, values: Mapping[Any, Value]) -> None:
        """Take values that were read already."""
        self.found.update(values)
        self.known.update(values)

    def find(self, keys: Iterable[Any]) -> None:
        """Read what was not found before; in the thread of the ORM."""
        missing = [key for key in keys if key not in self.found]
        if missing:
            try:
                read, default = self._read(missing), self._default
            except Exception as error:  # whoever wants something of this loader is told, and nobody else
                self.failure = error
                return
            for key in missing:
                self.found[key] = read[key] if key in read else default() if default else None

    def tell(self, keys: Iterable[Any]) -> None:
        """Have keys that were found known."""
        self.known.update((key, self.found[key]) for key in keys if key in self.found)

    def value(self, values: Mapping[Hashable, Any], key: Hashable) -> Any:
        """The value of a key that was asked for; raises what went wrong when it was read."""
        if key not in values and self.failure is not None:
            raise self.failure
        return values[key]


Keys = dict[Loader[Any], set[Hashable]]


class LoadRequest(Awaitable[Any]):
    """The values of some keys, asked for and perhaps not read yet."""

    __slots__ = ("_is_list", "keys", "loader")

    def __init__(self, loader: Loader[Any], keys: tuple[Any, ...], *, is_list: bool) -> None:
        self.loader, self.keys, self._is_list = loader, keys, is_list

    def __await__(self) -> Generator[Any, None, Any]:
        """Have the keys read, by whoever drives the resolver or by oneself, and give their values."""
        loader = self.loader
        if in_plan.get():
            values = loader.found
            if any(key not in values for key in self.keys):
                yield self
        else:
            values = loader.known
            if any(key not in values for key in self.keys):
                yield from loader.requests.answer(Read({loader: set(self.keys)})).__await__()
        answers = [loader.value(values, key) for key in self.keys]
        return answers if self._is_list else answers[0]


class Request(Protocol):
    """Something that wants values, perhaps several times."""

    def step(self) -> Keys:
        """What it wants next, now that the last is found; nothing when it has all. In the thread of the ORM."""


class Read:
    """Wants some keys, once."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def step(self) -> Keys:
        """The keys, and then nothing."""
        keys, self._keys = self._keys, {}
        return keys


class Requests:
    """Answers what is wanted at one moment in one hop to a thread, step by step, one read for each loader at a step.

    Strawberry's DataLoader would do, but for what it does when everybody who waits is cancelled just before it begins:
    whoever asks next is never answered.
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[Request, Future[None]]] = []
        self._answering: set[Task[None]] = set()

    async def answer(self, request: Request) -> None:
        """Have the request answered to its end."""
        loop = get_running_loop()
        answered: Future[None] = loop.create_future()
        if not self._waiting:
            loop.call_soon(self._begin)
        self._waiting.append((request, answered))
        await answered

    def _begin(self) -> None:
        """Answer a little later: who is ready now asks too."""
        task = get_running_loop().create_task(self._answer())
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _answer(self) -> None:
        waiting, self._waiting = self._waiting, []
        waiting = [(request, answered) for request, answered in waiting if not answered.done()]  # else cancelled
        if not waiting:
            return
        try:
            found = await _find_in_thread([request for request, _answered in waiting])
        except Exception as error:  # whoever waits is told
            for answered in _not_cancelled(waiting):
                answered.set_exception(error)
            return
        for loader, keys in found.items():
            loader.tell(keys)
        for answered in _not_cancelled(waiting):
            answered.set_result(None)


def _not_cancelled(waiting: list[tuple[Request, Future[None]]]) -> list[Future[None]]:
    return [answered for _request, answered in waiting if not answered.done()]


def find_all(requests: Sequence[Request]) -> Keys:
    """Everything that the requests wanted, which is found now; in the thread of the ORM."""
    everything: Keys = defaultdict(set)
    while requests:
        steps = [(request, request.step()) for request in requests]
        requests = [request for request, keys in steps if keys]
        together: Keys = defaultdict(set)
        for _request, keys in steps:
            for loader, wanted in keys.items():
                together[loader] |= wanted
        for loader, wanted in together.items():
            loader.find(wanted)
            everything[loader] |= wanted
    return everything


_find_in_thread: Final = sync_to_async(find_all)
