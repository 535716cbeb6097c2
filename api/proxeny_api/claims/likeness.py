"""Which titles are alike, and which outcomes may therefore be one that was recorded more than once."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

LEAST = 0.8
WORD = re.compile(r"\w+")


class Candidate(NamedTuple):
    """An outcome that agrees with others in kind, month and amount: whose it is, and how its title is written."""

    id: str
    city: str
    claim_key: str | None
    pieces: frozenset[str]


class Alike(NamedTuple):
    """Outcomes whose titles are alike, and how much the two that are least so."""

    members: tuple[Candidate, ...]
    similarity: float

    def suggestion(self) -> str:
        """Return a claim key for them all: the one that some have already, or one made of the first one's id."""
        return next((one.claim_key for one in self.members if one.claim_key), f"outcome-{self.members[0].id}")


def pieces(title: str) -> frozenset[str]:
    """Return the trigrams of a title's words, whatever their order, case, accents and punctuation.

    >>> sorted(pieces("Été"))
    ['  e', ' et', 'ete', 'te ']
    """
    plain = unicodedata.normalize("NFKD", title.casefold())
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    words = WORD.findall(plain) or [plain]
    padded = (f"  {word} " for word in words)
    return frozenset(word[at : at + 3] for word in padded for at in range(len(word) - 2))


def similarity(one: frozenset[str], other: frozenset[str]) -> float:
    """Return how alike two titles are by their trigrams, from nought to one.

    Formula: ``2 |A & B| / (|A| + |B|)``. Source: Dice, Ecology 26 (1945), p. 298.

    >>> round(similarity(pieces("Heat plan adopted by council"), pieces("Heat-plan adopted by the Council")), 2)
    0.94
    >>> round(similarity(pieces("Heat plan adopted by council"), pieces("Flood plan drafted")), 2)
    0.29
    """
    return 2 * len(one & other) / (len(one) + len(other))


def groups(candidates: Iterable[Candidate], *, across: bool) -> list[Alike]:
    """Return groups of outcomes that may be one: each is alike to each, and none is known to be another.

    In the order given, an outcome joins the first group of which every title is at least 0.8 like its own. Two that
    have different claim keys were told apart, and are in no group together; where all have the same one, there is
    nothing left to say. With `across` a group is of at least two cities.
    """
    found: list[Alike] = []
    for candidate in candidates:
        for at, group in enumerate(found):
            least = _least(candidate, group)
            if least >= LEAST:
                found[at] = Alike((*group.members, candidate), least)
                break
        else:
            found.append(Alike((candidate,), 1.0))
    return [group for group in found if _is_open(group.members, across=across)]


def _least(candidate: Candidate, group: Alike) -> float:
    """Return how alike the least alike of a group with one more would be; nought where that may not be in it."""
    keys = {one.claim_key for one in (*group.members, candidate)} - {None}
    if len(keys) > 1:
        return 0.0
    least = group.similarity
    for member in group.members:
        least = min(least, similarity(candidate.pieces, member.pieces))
        if least < LEAST:
            break
    return least


def _is_open(members: Sequence[Candidate], *, across: bool) -> bool:
    several = len({one.city for one in members}) > 1 if across else len(members) > 1
    return several and any(one.claim_key is None for one in members)
