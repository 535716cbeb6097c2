"""The ids that a restored city's networks have here, put where those of elsewhere stand."""

import re
from collections.abc import Mapping

ID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def renamed(text: str, ids: Mapping[str, str]) -> str:
    """Return a text with other ids, all at once, for one's new id may be another's old one.

    >>> one, two = ("0198c0de-0000-7000-8000-00000000000" + digit for digit in "12")
    >>> renamed(one + " " + two, {one: two, two: one}) == two + " " + one
    True
    """
    return ID.sub(lambda found: ids.get(found[0], found[0]), text) if ids else text
