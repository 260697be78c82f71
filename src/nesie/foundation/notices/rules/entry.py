"""Templates of sign-in and of what protects it (clause 25.9): what happened, when, and what to do if it was not you."""

from __future__ import annotations

from nesie.foundation.notices.rules.template import Channel, Said, Template

_EVERY = frozenset(Channel)
_QUIETLY = frozenset({Channel.EMAIL, Channel.IN_APP})


def _letter(
    name: str, kk: Said, ru: Said, en: Said, params: str = "", channels: frozenset[Channel] = _EVERY
) -> Template:
    return Template(name, channels, frozenset(params.split()), {"kk": kk, "ru": ru, "en": en})


ENTRY: tuple[Template, ...] = (
    _letter(
        "signed_in",
        Said(
            "Кабинетке кіру",
            "{at} кабинетке кірді: {program}. Бұл сіз болмасаңыз, барлық жерден шығып, құпиясөзді өзгертіңіз.",
        ),
        Said(
            "Вход в кабинет",
            "{at} выполнен вход в кабинет: {program}. Если это не вы, выйдите везде и смените пароль.",
        ),
        Said(
            "Signed in",
            "Signed in to your account at {at}: {program}. If it was not you, sign out everywhere and change the "
            "password.",
        ),
        "at program",
        _QUIETLY,
    ),
    _letter(
        "signed_in_new_device",
        Said(
            "Жаңа құрылғыдан кіру",
            "{at} кабинетке бұрын болмаған құрылғыдан кірді: {program}. Бұл сіз болмасаңыз, барлық жерден шығып, "
            "құпиясөзді өзгертіп, бізге хабарлаңыз.",
            "{at} жаңа құрылғыдан кірді: {program}. Сіз емессіз бе? Дереу хабарласыңыз.",
        ),
        Said(
            "Вход с нового устройства",
            "{at} выполнен вход в кабинет с нового устройства: {program}. Если это не вы, выйдите везде, смените "
            "пароль и сообщите нам.",
            "{at} вход с нового устройства: {program}. Это не вы? Немедленно свяжитесь с нами.",
        ),
        Said(
            "Sign-in from a new device",
            "A device not seen before signed in to your account at {at}: {program}. If it was not you, sign out "
            "everywhere, change the password and tell us.",
            "{at} sign-in from a new device: {program}. Not you? Contact us at once.",
        ),
        "at program",
    ),
)
