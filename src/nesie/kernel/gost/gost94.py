"""GOST 34.311-95 (the same as GOST R 34.11-94) with the test substitution: digests of old archives, nothing new.

Written after RFC 5831 and RFC 5830. Kazakhstan's authority used the test set of substitutions, where most tools know
the CryptoPro set only.
"""

from __future__ import annotations

from functools import cache

# id-GostR3411-94-TestParamSet, rows from the lowest four bits up.
_SUBSTITUTION = (
    "4A92D80E6B1C7F53", "EB4C6DFA23810759", "581DA342EFC7609B", "7DA1089FE46CB253",
    "6C715FD84A9E03B2", "4BA0721D36859CFE", "DB413F590AE7682C", "1FD057A4923E6B8C",
)  # fmt: skip
_MIXED = 0xFF00FFFF000000FFFF0000FF00FFFF0000FF00FF00FF00FFFF00FF00FF00FF00  # the standard's constant C3
_MASK32, _MASK64, _MASK256 = (1 << 32) - 1, (1 << 64) - 1, (1 << 256) - 1
_BLOCK = 32


def gost94(data: bytes) -> bytes:
    """The digest of 32 bytes."""
    state = total = 0
    for at in range(0, len(data), _BLOCK):
        block = int.from_bytes(data[at : at + _BLOCK].ljust(_BLOCK, b"\x00"), "little")
        state = _step(state, block)
        total = (total + block) & _MASK256
    state = _step(state, 8 * len(data) & _MASK256)
    return _step(state, total).to_bytes(_BLOCK, "little")


def _step(state: int, block: int) -> int:
    enciphered = 0
    for number, key in enumerate(_keys(state, block)):
        enciphered |= _encipher(key, state >> 64 * number & _MASK64) << 64 * number
    mixed = _shift(enciphered, 12)
    mixed = _shift(mixed ^ block, 1)
    return _shift(mixed ^ state, 61)


def _keys(u: int, v: int) -> list[bytes]:
    keys = [_permuted(u ^ v)]
    for number in range(1, 4):
        u = _exchanged(u) ^ (_MIXED if number == 2 else 0)
        v = _exchanged(_exchanged(v))
        keys.append(_permuted(u ^ v))
    return keys


def _exchanged(y: int) -> int:
    """The standard's A: four quarters, the lowest two added into the highest."""
    lowest, next_ = y & _MASK64, y >> 64 & _MASK64
    return y >> 64 | (lowest ^ next_) << 192


def _permuted(y: int) -> bytes:
    """The standard's P: byte 8i + k goes to i + 4k."""
    given = y.to_bytes(_BLOCK, "little")
    return bytes(given[8 * (at % 4) + at // 4] for at in range(_BLOCK))


def _shift(y: int, times: int) -> int:
    """The standard's psi: sixteen words of 16 bits as a register with feedback."""
    words = [y >> 16 * at & 0xFFFF for at in range(16)]
    for _ in range(times):
        words.append(words[0] ^ words[1] ^ words[2] ^ words[3] ^ words[12] ^ words[15])
        del words[0]
    return sum(word << 16 * at for at, word in enumerate(words))


def _encipher(key: bytes, block: int) -> int:
    """GOST 28147-89 of one block in simple substitution."""
    parts = [int.from_bytes(key[at : at + 4], "little") for at in range(0, _BLOCK, 4)]
    first, second, third, fourth = _rounds()
    low, high = block & _MASK32, block >> 32
    for part in parts * 3 + parts[::-1]:
        given = (low + part) & _MASK32
        found = first[given & 0xFF] | second[given >> 8 & 0xFF] | third[given >> 16 & 0xFF] | fourth[given >> 24]
        low, high = high ^ ((found << 11 | found >> 21) & _MASK32), low
    return high | low << 32


@cache
def _rounds() -> tuple[tuple[int, ...], ...]:
    """The substitution of a whole byte, in its place of the word."""
    rows = [[int(value, 16) for value in row] for row in _SUBSTITUTION]
    return tuple(
        tuple((rows[2 * place + 1][value >> 4] << 4 | rows[2 * place][value & 15]) << 8 * place for value in range(256))
        for place in range(4)
    )
