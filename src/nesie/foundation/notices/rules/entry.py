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
    _letter(
        "factor_added",
        Said(
            "Кіру тәсілі қосылды",
            "Кабинетке кірудің жаңа тәсілі {at} қосылды. Бұл сіз болмасаңыз, барлық жерден шығып, бізге дереу "
            "хабарласыңыз.",
            "кірудің жаңа тәсілі {at} қосылды. Сіз емессіз бе? Дереу хабарласыңыз.",
        ),
        Said(
            "Добавлен способ входа",
            "Новый способ входа в кабинет добавлен {at}. Если это сделали не вы, выйдите везде и немедленно "
            "свяжитесь с нами.",
            "новый способ входа добавлен {at}. Это не вы? Немедленно свяжитесь с нами.",
        ),
        Said(
            "A way to sign in was added",
            "A new way to sign in to your account was added at {at}. If it was not you, sign out everywhere and "
            "contact us at once.",
            "a new way to sign in was added at {at}. Not you? Contact us at once.",
        ),
        "at",
    ),
    _letter(
        "factor_removed",
        Said(
            "Кіру тәсілі алынды",
            "Кабинетке кіру тәсілдерінің бірі {at} алып тасталды. Бұл сіз болмасаңыз, бізге дереу хабарласыңыз.",
            "кіру тәсілі {at} алынды. Сіз емессіз бе? Дереу хабарласыңыз.",
        ),
        Said(
            "Способ входа убран",
            "Один из способов входа в кабинет убран {at}. Если это сделали не вы, немедленно свяжитесь с нами.",
            "способ входа убран {at}. Это не вы? Немедленно свяжитесь с нами.",
        ),
        Said(
            "A way to sign in was removed",
            "One of the ways to sign in to your account was removed at {at}. If it was not you, contact us at once.",
            "a way to sign in was removed at {at}. Not you? Contact us at once.",
        ),
        "at",
    ),
    _letter(
        "device_enrolled",
        Said(
            "Қосымшаға телефон қосылды",
            "{at} мобильді қосымшаға телефон қосылды: {program}. Бұл сіз болмасаңыз, оны кабинетте өшіріп, бізге "
            "хабарласыңыз.",
            "{at} қосымшаға телефон қосылды: {program}. Сіз емессіз бе? Дереу хабарласыңыз.",
        ),
        Said(
            "Телефон подключён к приложению",
            "{at} к мобильному приложению подключён телефон: {program}. Если это не вы, отключите его в кабинете и "
            "свяжитесь с нами.",
            "{at} подключён телефон: {program}. Это не вы? Немедленно свяжитесь с нами.",
        ),
        Said(
            "A phone was enrolled",
            "A phone was enrolled in the mobile application at {at}: {program}. If it was not you, sign it off in "
            "your account and contact us.",
            "{at} a phone was enrolled: {program}. Not you? Contact us at once.",
        ),
        "at program",
    ),
    _letter(
        "device_revoked",
        Said(
            "Телефон ажыратылды",
            "{at} мобильді қосымшадан телефон ажыратылды: {program}. Ол енді ешнәрсе аша алмайды.",
            "{at} телефон қосымшадан ажыратылды: {program}.",
        ),
        Said(
            "Телефон отключён",
            "{at} телефон отключён от мобильного приложения: {program}. Он больше ничего не откроет.",
            "{at} телефон отключён от приложения: {program}.",
        ),
        Said(
            "A phone was signed off",
            "A phone was signed off from the mobile application at {at}: {program}. It opens nothing any more.",
            "{at} a phone was signed off from the application: {program}.",
        ),
        "at program",
    ),
)
