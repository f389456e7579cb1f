"""Catalogues of translations, read without the programs of GNU gettext."""

import ast
import re
from dataclasses import dataclass, field

LINE = re.compile(r'^(?P<word>msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?)?\s*(?P<text>".*")$')


@dataclass
class Entry:
    """One text with its translations: one, or one for each plural form."""

    context: str = ""
    text: str = ""
    plural: str = ""
    translations: list[str] = field(default_factory=list)
    flags: str = ""

    @property
    def key(self) -> str:
        return f"{self.context}\x04{self.text}" if self.context else self.text


def entries(catalogue: str) -> list[Entry]:
    """Read a .po or .pot; its head, which has no text of its own, is left out."""
    found = [_entry(block) for block in catalogue.split("\n\n")]
    return [entry for entry in found if entry.text]


def _entry(block: str) -> Entry:
    entry, parts = Entry(), list[tuple[str, str]]()
    for line in block.splitlines():
        if line.startswith("#,"):
            entry.flags += line
        elif matched := LINE.match(line):
            text = ast.literal_eval(matched["text"])
            if matched["word"]:
                parts.append((matched["word"], text))
            else:
                parts[-1] = (parts[-1][0], parts[-1][1] + text)
    for word, text in parts:
        if word.startswith("msgstr"):
            entry.translations.append(text)
        else:
            setattr(entry, {"msgctxt": "context", "msgid": "text"}.get(word, "plural"), text)
    return entry
