"""A table of routes, found by walking the path's parts: a literal part wins over a placeholder."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Handler = TypeVar("Handler")


@dataclass(frozen=True)
class Route(Generic[Handler]):
    """`pattern` is as the vendor writes it: `/api/v2/tickets/{ticket_id}`."""

    method: str
    pattern: str
    handler: Handler


@dataclass(frozen=True)
class Found(Generic[Handler]):
    """`parameters` are the placeholders' texts. No `route`: there is the path but not the method."""

    route: Route[Handler] | None
    parameters: Mapping[str, str]


@dataclass
class _Node(Generic[Handler]):
    literals: dict[str, "_Node[Handler]"] = field(default_factory=dict)
    placeholder: "_Node[Handler] | None" = None
    routes: dict[str, tuple[Route[Handler], tuple[str, ...]]] = field(default_factory=dict)


class Routes(Generic[Handler]):
    """The table; iterating gives the routes in the order they were added."""

    def __init__(self) -> None:
        self._root: _Node[Handler] = _Node()
        self._all: list[Route[Handler]] = []

    def add(self, method: str, pattern: str, handler: Handler) -> None:
        node = self._root
        names = []
        for part in pattern.strip("/").split("/"):
            if part.startswith("{"):
                names.append(part[1:-1])
                node.placeholder = node.placeholder or _Node()
                node = node.placeholder
            else:
                node = node.literals.setdefault(part, _Node())
        if method in node.routes:
            raise ValueError(f"{method} {pattern} is there twice")
        route = Route(method, pattern, handler)
        node.routes[method] = (route, tuple(names))
        self._all.append(route)

    def __iter__(self) -> Iterator[Route[Handler]]:
        return iter(self._all)

    def find(self, method: str, path: str) -> Found[Handler] | None:
        """None: no such path."""
        found = self._walk(self._root, path.strip("/").split("/"), ())
        if found is None:
            return None
        node, texts = found
        if method not in node.routes:
            return Found(None, {})
        route, names = node.routes[method]
        return Found(route, dict(zip(names, texts, strict=True)))

    def _walk(
        self, node: _Node[Handler], parts: list[str], texts: tuple[str, ...]
    ) -> tuple[_Node[Handler], tuple[str, ...]] | None:
        if not parts:
            return (node, texts) if node.routes else None
        part, rest = parts[0], parts[1:]
        if part in node.literals:
            found = self._walk(node.literals[part], rest, texts)
            if found is not None:
                return found
        if node.placeholder is not None and part:
            return self._walk(node.placeholder, rest, (*texts, part))
        return None
