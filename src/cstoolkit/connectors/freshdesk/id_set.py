"""A set of ticket ids: an account's ids are one sequence, so a bit each holds a million in a few hundred kilobytes."""

BITS = 1 << 16  # ids of one block


class IdSet:
    """Ids that were seen."""

    def __init__(self) -> None:
        self._blocks: dict[int, bytearray] = {}
        self._count = 0
        self.highest = 0

    def add(self, number: int) -> None:
        block = self._blocks.setdefault(number // BITS, bytearray(BITS // 8))
        place, bit = (number % BITS) // 8, 1 << (number % 8)
        self._count += not block[place] & bit
        block[place] |= bit
        self.highest = max(self.highest, number)

    def __contains__(self, number: int) -> bool:
        block = self._blocks.get(number // BITS)
        return block is not None and bool(block[(number % BITS) // 8] & 1 << (number % 8))

    def __len__(self) -> int:
        return self._count
