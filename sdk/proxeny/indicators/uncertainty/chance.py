"""Chance that can be repeated: raw words of PCG64, cut into the places of tables."""

from collections.abc import Iterator
from typing import Self

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]
BITS = 12
SIZE = 1 << BITS
FIELDS = 64 // BITS


class Chance:
    """A stream of random places in tables of 4,096 entries, each place as likely as any other.

    Only raw words of the generator are taken: NumPy keeps those the same from version to version, which it does not
    promise of its distributions, so that a figure made with one seed can be made again years later.
    """

    def __init__(self, seed: int, draws: int) -> None:
        self._words = np.random.PCG64(seed)
        self.draws = draws

    def places(self, count: int) -> Iterator[Places]:
        """Yield that many vectors of places, one place for each draw, five vectors cut from one vector of words."""
        words = np.empty(0, np.uint64)
        for number in range(count):
            if number % FIELDS == 0:
                words = self._words.random_raw(self.draws)
            else:
                words >>= np.uint64(BITS)
            yield (words & np.uint64(SIZE - 1)).view(np.int64)

    def skip(self, count: int) -> None:
        """Pass over as many vectors of places, as if they had been yielded."""
        self._words.advance(self.draws * -(-count // FIELDS))

    def again(self) -> Self:
        """Return the same chance, from where it stands now."""
        other = type(self)(0, self.draws)
        other._words.state = self._words.state
        return other

    def uniforms(self) -> NDArray[np.float64]:
        """Return a vector of numbers from 0 to 1, both excluded."""
        return (self._words.random_raw(self.draws) >> np.uint64(11)).astype(np.float64) * 2.0**-53 + 2.0**-54
