"""HTML as a tree of elements: just enough to find things and to read text, with the standard library alone."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
INLINE = {
    "a",
    "abbr",
    "b",
    "bdi",
    "code",
    "em",
    "i",
    "kbd",
    "mark",
    "rt",
    "ruby",
    "small",
    "span",
    "strong",
    "time",
    "wbr",
}


class Node:
    """One element. `text` is what a person reads in it, white space folded."""

    def __init__(self, tag: str, attributes: dict[str, str], parent: Node | None = None) -> None:
        self.tag, self.attributes, self.parent = tag, attributes, parent
        self.children: list[Node | str] = []

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()

    def all(self, *tags: str, **attributes: str) -> list[Node]:
        wanted = {name.replace("_", "-"): value for name, value in attributes.items()}
        return [
            node
            for node in self.walk()
            if (not tags or node.tag in tags) and all(node.attributes.get(k) == v for k, v in wanted.items())
        ]

    @property
    def text(self) -> str:
        return " ".join(self.raw().split())

    def raw(self) -> str:
        if self.tag in {"script", "style", "template"}:
            return ""
        inner = "".join(child if isinstance(child, str) else child.raw() for child in self.children)
        return inner if self.tag in INLINE else f" {inner} "


class Tree(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__()
        self.root = self.at = Node("", {})
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        node = Node(tag, {name: value or "" for name, value in attrs}, self.at)
        self.at.children.append(node)
        self.at = self.at if tag in VOID else node

    def handle_endtag(self, tag):
        node = self.at
        while node.parent is not None and node.tag != tag:
            node = node.parent
        self.at = node.parent or self.at

    def handle_data(self, data):
        self.at.children.append(data)
