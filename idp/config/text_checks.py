"""What is wrong with texts that can be read: missing in one language, or with placeholders that nothing fills."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from idp.config.findings import Finding
from idp.config.source import YamlDocument, read_yaml
from idp.config.suggest import did_you_mean
from idp.config.texts import Texts, placeholders
from idp.config.tree import Path as Place

MISSING_TEXT, PLACEHOLDER = "T0003", "T0004"
MOST_TEXTS = 20
"""So many missing texts of a language are named one by one."""
_FILLED = frozenset({"at", "email", "phone", "identifier", "client_id", "return_to", "channel", "link", "until"})


def check_texts(folder: Path, texts: Texts, names: Iterable[str]) -> Iterator[Finding]:
    """What one language of the site lacks and another has. `names` are attributes, which mails may repeat."""
    documents = _documents(folder, texts.locales)
    for tag, keys in texts.missing().items():
        said = [(key, f"The text {key!r} is missing here, another language of the site has it") for key in keys]
        more = [("", f"{len(keys) - MOST_TEXTS} more texts are missing here")] if len(keys) > MOST_TEXTS else []
        for key, message in (*said[:MOST_TEXTS], *more):
            yield _finding(documents.get(tag), (tag, key), MISSING_TEXT, message)
    used = {name for texts_of in texts.engine.values() for text in texts_of.values() for name in placeholders(text)}
    for tag, own in texts.site.items():
        for key in own:
            for message, hint in _wrong_placeholders(texts, tag, key, known=used | _FILLED | set(names)):
                yield _finding(documents.get(tag), (tag, key), PLACEHOLDER, message, suggestion=hint)


def _wrong_placeholders(texts: Texts, tag: str, key: str, *, known: set[str]) -> Iterator[tuple[str, str | None]]:
    """What is wrong with the placeholders of one text, and what was probably meant."""
    here = placeholders(texts.site[tag][key])
    others = [texts.find(other, key) for other in texts.locales if other != tag]
    elsewhere = {name for said in others if said is not None for name in placeholders(said)}
    for name in sorted(here - known):
        hint = did_you_mean(name, known)
        if hint is not None:
            yield f"Nothing fills the placeholder {{{name}}}", f"{{{hint}}}"
    for name in sorted((elsewhere & known) - here):
        yield f"The text does not use {{{name}}}, and in another language of the site it does", None


def _documents(folder: Path, locales: Iterable[str]) -> Mapping[str, YamlDocument]:
    read = {tag: folder / "locales" / f"{tag}.yaml" for tag in locales}
    found = {tag: read_yaml(path, folder)[0] for tag, path in read.items() if path.exists()}
    return {tag: document for tag, document in found.items() if document is not None}


def _finding(
    document: YamlDocument | None, text: tuple[str, str], code: str, message: str, *, suggestion: str | None = None
) -> Finding:
    """At the text itself (a language and a key), or at the part of the file where it belongs."""
    tag, key = text
    if document is None:
        file = f"locales/{tag}.yaml"
        return Finding(file=file, line=0, column=0, code=code, message=message, suggestion=suggestion)
    return document.finding(_place_of(document, key), code, message, suggestion=suggestion, key=True)


def _place_of(document: YamlDocument, key: str) -> Place:
    """Where a dotted key stands, as far as the file goes; one key may hold dots itself."""
    here, parts, place = document.data, key.split("."), []
    while parts and isinstance(here, dict):
        fits = [length for length in range(len(parts), 0, -1) if ".".join(parts[:length]) in here]
        if not fits:
            break
        name = ".".join(parts[: fits[0]])
        place.append(name)
        here, parts = here[name], parts[fits[0] :]
    return tuple(place)
