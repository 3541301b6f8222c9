"""Detect duplicate rows in little memory, with a compact hash table.

Rows are identified by 64-bit hashes in open-addressing tables, next to the line where each first
appeared: 12 bytes per slot, 16 with ids, 90 to 120 MB at five million rows. A full table is never
rehashed (that would need both copies at once): it stays unchanged, and a larger one is added. At
five million rows the chance that two different rows share a hash, so that one is set aside wrongly,
is below one in a million.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

type Hashes = NDArray[np.uint64]
type Lines = NDArray[np.uint32]

FIRST_SLOTS = 2**16
FULL = 0.75


def hashes_of(contents: Iterable[bytes]) -> Hashes:
    """Return a 64-bit hash of each content; zero is reserved for empty slots.

    This is the interpreter's hash with a new key in each process: nobody can craft rows with equal
    hashes, and hashes are never stored.
    """
    hashes = np.array(list(map(hash, contents)), np.int64).view(np.uint64)
    return np.where(hashes == 0, np.uint64(1), hashes)


class _Table:
    """One hash table with a fixed number of slots, a power of two."""

    def __init__(self, slots: int) -> None:
        self.keys: Hashes = np.zeros(slots, np.uint64)
        self.lines: Lines = np.zeros(slots, np.uint32)
        self.checks: Lines = np.zeros(slots, np.uint32)
        self.room = int(slots * FULL)

    def slots_of(self, keys: Hashes) -> NDArray[np.int64]:
        """Return the slot of each key, shape (n_keys,), or the empty slot where its search ends."""
        mask = np.uint64(self.keys.size - 1)
        steps = (keys >> np.uint64(40)) | np.uint64(1)
        places = keys & mask
        pending = np.arange(keys.size)
        while pending.size:
            stored = self.keys[places[pending]]
            pending = pending[(stored != 0) & (stored != keys[pending])]
            places[pending] = (places[pending] + steps[pending]) & mask
        return places.astype(np.int64)

    def add(self, keys: Hashes, lines: Lines, checks: Lines) -> None:
        """Insert keys that are neither in the table nor duplicated in the batch."""
        self.room -= keys.size
        left = np.arange(keys.size)
        while left.size:
            places = self.slots_of(keys[left])
            self.keys[places] = keys[left]
            won = self.keys[places] == keys[left]
            self.lines[places[won]] = lines[left[won]]
            if checks.any():  # untouched pages take no memory
                self.checks[places[won]] = checks[left[won]]
            left = left[~won]


class RowHashes:
    """The rows seen so far in one file."""

    def __init__(self) -> None:
        self._tables = [_Table(FIRST_SLOTS)]

    @property
    def size_bytes(self) -> int:
        """Memory used by the tables, in bytes."""
        return sum(t.keys.nbytes + t.lines.nbytes + t.checks.nbytes for t in self._tables)

    def first_lines(
        self, keys: Hashes, lines: Sequence[int], contents: Hashes | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Record a batch of rows; return the line where each was first seen.

        Args:
            keys: what makes a row the same as another: the hash of its content or of its id.
            lines: the line of each row, increasing, below 2^32.
            contents: the hash of the whole row, when ``keys`` are hashes of ids.

        Returns:
            The line where each key was first seen, 0 for those seen here first; and whether the
            content was also the same (always true without ``contents``).
        """
        unique, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
        at = np.asarray(lines, np.uint32)
        checks = (np.zeros_like(keys) if contents is None else contents).astype(np.uint32)
        seen_lines, seen_checks = self._held(unique)
        new = seen_lines == 0
        self._table_for(int(new.sum())).add(unique[new], at[first[new]], checks[first[new]])
        seen_lines[new] = at[first[new]]
        seen_checks[new] = checks[first[new]]
        where = seen_lines[inverse]
        is_first = new[inverse] & (first[inverse] == np.arange(keys.size))
        return np.where(is_first, 0, where), seen_checks[inverse] == checks

    def lines_of(
        self, keys: Hashes, contents: Hashes | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return the line where each key was first seen, or 0; records nothing.

        Args:
            keys: as for ``first_lines``.
            contents: as for ``first_lines``.

        Returns:
            As from ``first_lines``.
        """
        seen_lines, seen_checks = self._held(keys)
        if contents is None:
            return seen_lines, np.ones(keys.size, np.bool_)
        return seen_lines, seen_checks == contents.astype(np.uint32)

    def _held(self, keys: Hashes) -> tuple[NDArray[np.int64], Lines]:
        """Look up keys in every table; return line and check, 0 if absent."""
        lines, checks = np.zeros(keys.size, np.int64), np.zeros(keys.size, np.uint32)
        for table in self._tables:
            places = table.slots_of(keys)
            is_match = table.keys[places] == keys
            lines[is_match] = table.lines[places[is_match]]
            checks[is_match] = table.checks[places[is_match]]
        return lines, checks

    def _table_for(self, rows: int) -> _Table:
        last = self._tables[-1]
        if last.room < rows:
            slots = last.keys.size * (4 if last.keys.size < 2**20 else 2)
            while slots * FULL < rows:
                slots *= 2
            last = _Table(slots)
            self._tables.append(last)
        return last
