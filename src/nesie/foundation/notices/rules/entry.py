"""Templates of sign-in and of what protects it (clause 25.9): what happened, when, and what to do if it was not you."""

from __future__ import annotations

from nesie.foundation.notices.rules.template import Channel, Said, Template, letter

_EVERY = frozenset(Channel)
_QUIETLY = frozenset({Channel.EMAIL, Channel.IN_APP})


ENTRY: tuple[Template, ...] = (
    letter(
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
    letter(
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
    letter(
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
    letter(
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
    letter(
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
    letter(
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
    letter(
        "recovery_begun",
        Said(
            "Кіру қалпына келтірілуде",
            "Кабинетке кіру {at} қалпына келтіріледі. Бұл сіз болмасаңыз, осы сілтемемен тоқтатыңыз: {link}",
            "кіру {at} қалпына келеді. Сіз емес пе? Тоқтату: {link}",
        ),
        Said(
            "Восстановление входа",
            "Вход в кабинет будет восстановлен {at}. Если это не вы, остановите по ссылке: {link}",
            "вход восстановится {at}. Не вы? Остановить: {link}",
        ),
        Said(
            "Access is being recovered",
            "Access to your account is recovered at {at}. If it is not you, stop it here: {link}",
            "access is recovered at {at}. Not you? Stop it: {link}",
        ),
        "at link",
        frozenset({Channel.SMS, Channel.EMAIL}),
        "link",
    ),
    letter(
        "recovery_waiting",
        Said(
            "Кіру қалпына келтірілуде",
            "Кабинетке кіру {at} қалпына келтіріледі: құпиясөз бен басқа тәсілдер өшіріледі. Бұл сіз болмасаңыз, "
            "бізге хабарласыңыз.",
        ),
        Said(
            "Восстановление входа",
            "Вход в кабинет будет восстановлен {at}: пароль и другие способы входа будут сброшены. Если это не вы, "
            "свяжитесь с нами.",
        ),
        Said(
            "Access is being recovered",
            "Access to your account is recovered at {at}: password and other ways in will be reset. If it is not "
            "you, contact us.",
        ),
        "at",
        frozenset({Channel.IN_APP}),
    ),
    letter(
        "recovery_stopped",
        Said(
            "Қалпына келтіру тоқтатылды",
            "Кіруді қалпына келтіру {at} тоқтатылды, бәрі бұрынғыдай қалды. Бастаған сіз болмасаңыз, бізге "
            "хабарласыңыз.",
            "кіруді қалпына келтіру {at} тоқтатылды.",
        ),
        Said(
            "Восстановление остановлено",
            "Восстановление входа остановлено {at}, всё осталось как было. Если его начали не вы, свяжитесь с нами.",
            "восстановление входа остановлено {at}.",
        ),
        Said(
            "The recovery was stopped",
            "The recovery of access was stopped at {at}; all stays as it was. If you did not begin it, contact us.",
            "the recovery of access was stopped at {at}.",
        ),
        "at",
    ),
    letter(
        "recovery_done",
        Said(
            "Кіру қалпына келтірілді",
            "Кіру {at} қалпына келтірілді: құпиясөз, қосымшалар, кіру кілттері мен телефондар өшірілді. Жаңа "
            "құпиясөз орнатыңыз.",
            "кіру {at} қалпына келтірілді. Сіз емессіз бе? Дереу хабарласыңыз.",
        ),
        Said(
            "Вход восстановлен",
            "Вход восстановлен {at}: пароль, приложения, ключи доступа и телефоны сброшены. Задайте новый пароль.",
            "вход восстановлен {at}. Это не вы? Немедленно свяжитесь с нами.",
        ),
        Said(
            "Access is recovered",
            "Access was recovered at {at}: password, apps, passkeys and phones are reset. Set a new password.",
            "access was recovered at {at}. Not you? Contact us at once.",
        ),
        "at",
    ),
    letter(
        "emergency_opened",
        Said(
            "Шұғыл қолжетімділік ашылды",
            "{at}: {name} қызметкерлер бетінде шұғыл қолжетімділікті ашты, ол {until} дейін жарамды. Қызметкерлер "
            "бетінен себебін қараңыз; негізсіз болса, дереу жабыңыз.",
            "{name} шұғыл қолжетімділікті {until} дейін ашты. Дереу тексеріңіз.",
        ),
        Said(
            "Открыт аварийный доступ",
            "{at}: {name} открыл(а) аварийный доступ на страницах персонала до {until}. Посмотрите причину на "
            "страницах персонала; если она неосновательна, закройте доступ сразу.",
            "{name}: открыт аварийный доступ до {until}. Проверьте сейчас.",
        ),
        Said(
            "Emergency access was opened",
            "{at}: {name} opened emergency access on the staff pages until {until}. Look at the reason on the staff "
            "pages, and end the access at once if it does not hold.",
            "{name} opened emergency access until {until}. Check it now.",
        ),
        "at name until",
    ),
)
