"""Whole numbers in words, Kazakh and Russian, as a contract writes its sums."""

from __future__ import annotations

MAX_WHOLE = 10**12

_KK_ONES = ["", "бір", "екі", "үш", "төрт", "бес", "алты", "жеті", "сегіз", "тоғыз"]
_KK_TENS = ["", "он", "жиырма", "отыз", "қырық", "елу", "алпыс", "жетпіс", "сексен", "тоқсан"]
_KK_SCALES = ["", "мың", "миллион", "миллиард"]

_RU_ONES = ["", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять"]
_RU_FEMININE = {1: "одна", 2: "две"}
_RU_TEENS = [
    *("десять", "одиннадцать", "двенадцать", "тринадцать", "четырнадцать"),
    *("пятнадцать", "шестнадцать", "семнадцать", "восемнадцать", "девятнадцать"),
]
_RU_TENS = [
    *("", "", "двадцать", "тридцать", "сорок", "пятьдесят"),
    *("шестьдесят", "семьдесят", "восемьдесят", "девяносто"),
]
_RU_HUNDREDS = [
    *("", "сто", "двести", "триста", "четыреста", "пятьсот"),
    *("шестьсот", "семьсот", "восемьсот", "девятьсот"),
]
_RU_SCALES = [
    ("", "", ""),
    ("тысяча", "тысячи", "тысяч"),
    ("миллион", "миллиона", "миллионов"),
    ("миллиард", "миллиарда", "миллиардов"),
]


def in_words(whole: int, language: str) -> str:
    """A whole number from 0 in words of `kk` or `ru`, masculine. ValueError out of range or for another language."""
    if not 0 <= whole < MAX_WHOLE:
        raise ValueError(f"cannot be written in words: {whole}")
    if language not in {"kk", "ru"}:
        raise ValueError(f"no words of {language}")
    if whole == 0:
        return "нөл" if language == "kk" else "ноль"
    parts: list[str] = []
    for scale in range(3, -1, -1):
        group = whole // 1000**scale % 1000
        if group:
            parts += _group_kk(group, scale) if language == "kk" else _group_ru(group, scale)
    return " ".join(part for part in parts if part)


def _group_kk(group: int, scale: int) -> list[str]:
    hundreds, rest = divmod(group, 100)
    # One hundred and one thousand are said without "one".
    words = [_KK_ONES[hundreds] if hundreds > 1 else "", "жүз" if hundreds else ""]
    ones = "" if scale == 1 and group == 1 else _KK_ONES[rest % 10]
    return [*words, _KK_TENS[rest // 10], ones, _KK_SCALES[scale]]


def _group_ru(group: int, scale: int) -> list[str]:
    hundreds, rest = divmod(group, 100)
    words = [_RU_HUNDREDS[hundreds]]
    if 10 <= rest <= 19:
        return [*words, _RU_TEENS[rest - 10], _RU_SCALES[scale][2]]
    ones = rest % 10
    feminine = _RU_FEMININE.get(ones) if scale == 1 else None
    words += [_RU_TENS[rest // 10], feminine or _RU_ONES[ones]]
    form = 0 if ones == 1 else 1 if ones in {2, 3, 4} else 2
    return [*words, _RU_SCALES[scale][form]]
