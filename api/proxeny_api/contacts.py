"""Personal details in free text: what looks like an e-mail address or a telephone number, to warn of and not to refuse.

No personal detail is needed anywhere; a warning tells who posts in what place one seems to be. Numbers of other kinds
(days, amounts, ids, codes of projects) are to be left alone: better a telephone number missed than a warning that
nobody believes.
"""

import re
from collections.abc import Iterator

from proxeny_api.errors import FieldError

HEADER = "Proxeny-Warnings"
MOST = 20
LINES = ("title", "description", "name", "function", "source", "note", "licence")
PARTS = ("tags", "counterparts", "place", "costs", "outcomes")
MESSAGES = {
    "email_address": "This seems to hold an e-mail address; no personal detail is needed.",
    "telephone_number": "This seems to hold a telephone number; no personal detail is needed.",
}
SUSPECT = re.compile(r"[0-9][0-9 ().\u00a0\u2013/-]{4,}[0-9]")
EMAIL = re.compile(r"[\w.+%'-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?!\w)")
# What is no telephone number, though it is made of the same signs.
OTHER = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # a UUID
    r"|\b\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b|\b\d{1,2}[./-](?:19|20)\d\d\b|\b(?:19|20)\d\d[./-]\d{1,2}\b"  # days, months
    r"|\b\d{1,2}[:.h]\d\d(?:[:.]\d\d)?\b"  # times
    r"|\b(?:ISBN|ISSN|DOI|IBAN|ORCID|VAT|No|Nr|N°)\b[.:\s]*[\w ./-]+",
    re.IGNORECASE,
)
NUMBER = re.compile(
    r"(?P<word>\b(?:tele(?:phone|fon|fono|foon)|t[eé]l|phone|fax|mobile|mob|cell|handy|puhelin|gsm|whatsapp)\b[.:]?\s*"
    r"|[\u260e\u2706]\s*)?"
    r"(?<![\w.,/+-])\(?(?P<number>(?P<abroad>\+|00)?[ (]?\d[\d ().\u00a0\u2013/-]{5,24}\d)"
    r"(?![\w%]|[ .,]?\d| ?(?:[€%$£]|EUR|USD|GBP|CHF|mio|million))",
    re.IGNORECASE,
)
YEAR = re.compile(r"(?:19|20)\d\d")


def warnings(said: object) -> list[FieldError]:
    """Return where what was said seems to hold personal details: a pointer and a code each."""
    if not _is_suspect(said):
        return []
    return [
        FieldError(pointer=pointer, code=code, message=MESSAGES[code])
        for pointer, text in _texts(said, "")
        for code in found(text)
    ][:MOST]


def found(text: str) -> list[str]:
    """Return what kinds of personal details a text seems to hold.

    >>> found("Write to jo@example.org or call +34 944 204 200")
    ['email_address', 'telephone_number']
    >>> found("From 2014-04-08 to 01/05/2016, EUR 1 200 000.00, project 0198-2014")
    []
    """
    if "@" not in text and SUSPECT.search(text) is None:
        return []
    codes = ["email_address"] if "@" in text and EMAIL.search(text) else []
    if any(map(_is_telephone, NUMBER.finditer(OTHER.sub(" # ", text)))):
        codes.append("telephone_number")
    return codes


def header(said: object) -> dict[str, str]:
    """Return the header that warns of what was said, none where nothing is to be warned of.

    It is a list of RFC 9651: `email_address; pointer="/description", telephone_number; pointer="/costs/0/description"`.
    """
    told = ", ".join(f'{warned.code}; pointer="{warned.pointer}"' for warned in warnings(said))
    return {HEADER: told} if told else {}


def _is_suspect(said: object) -> bool:
    """Tell whether any free text is worth a closer look; the batch asks it of every row, so that it has to be quick."""
    if isinstance(said, dict):
        for name in LINES:
            text = said.get(name)
            if text and ("@" in text or SUSPECT.search(text)):
                return True
        for name in PARTS:
            part = said.get(name)
            if part and _is_suspect(part):
                return True
    elif isinstance(said, list):
        return any(map(_is_suspect, said))
    return isinstance(said, str) and ("@" in said or SUSPECT.search(said) is not None)


def _texts(said: object, pointer: str) -> Iterator[tuple[str, str]]:
    """Yield the free texts in what was said, each with the pointer to it."""
    if isinstance(said, dict):
        yield from ((f"{pointer}/{name}", said[name]) for name in LINES if said.get(name))
        for name in PARTS:
            yield from _texts(said.get(name), f"{pointer}/{name}")
    elif isinstance(said, list):
        for place, value in enumerate(said):
            yield from _texts(value, f"{pointer}/{place}")
    elif isinstance(said, str):
        yield pointer, said


def _is_telephone(match: re.Match[str]) -> bool:
    """Tell whether digits and signs between them are a telephone number, by how it begins and how long it is."""
    number: str = match["number"]
    digits = re.sub(r"\D", "", number)
    groups = re.findall(r"\d+", number)
    if match["word"]:
        return 6 <= len(digits) <= 15
    if match["abroad"] == "+":
        return 9 <= len(digits) <= 15 and digits[0] != "0"
    if any(YEAR.fullmatch(group) for group in groups):
        return False
    if match["abroad"] == "00":
        return 11 <= len(digits) <= 17 and len(groups) > 1 and digits[2] != "0"
    is_trunk = digits[0] == "0" and digits[1] != "0" and len(groups[0]) > 1
    return is_trunk and 9 <= len(digits) <= 12 and 2 <= len(groups) <= 6
