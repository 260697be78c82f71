"""Templates of who the client is: details that change, documents that end, data that leaked (clauses 6 and 36)."""

from __future__ import annotations

from nesie.foundation.notices.rules.template import Channel, Said, Template, letter

_QUIETLY = frozenset({Channel.EMAIL, Channel.IN_APP})

IDENTITY: tuple[Template, ...] = (
    letter(
        "phone_change_coming",
        Said(
            "Нөмір өзгертіледі",
            "Кабинет нөмірі {at} өзгереді. Бұл сіз болмасаңыз, осы сілтемемен тоқтатыңыз: {link}",
            "нөміріңіз {at} өзгереді. Сіз емессіз бе? Тоқтату: {link}",
        ),
        Said(
            "Номер телефона будет изменён",
            "Номер телефона кабинета изменится {at}. Если это не вы, остановите замену по ссылке: {link}",
            "номер сменится {at}. Не вы? Остановить: {link}",
        ),
        Said(
            "Your phone number is going to change",
            "The phone number of your account changes at {at}. If it is not you, stop it here: {link}",
            "your number changes at {at}. Not you? Stop it: {link}",
        ),
        "at link",
        frozenset({Channel.SMS, Channel.EMAIL}),
        "link",
    ),
    letter(
        "account_change_coming",
        Said(
            "Банк шоты өзгертіледі",
            "Жаңа банк шоты {at} күшіне енеді. Бұл сіз болмасаңыз, осы сілтемемен тоқтатыңыз: {link}",
            "жаңа шот {at} қосылады. Сіз емессіз бе? Тоқтату: {link}",
        ),
        Said(
            "Банковский счёт будет изменён",
            "Новый банковский счёт начнёт действовать {at}. Если это не вы, остановите замену по ссылке: {link}",
            "новый счёт с {at}. Не вы? Остановить: {link}",
        ),
        Said(
            "Your bank account is going to change",
            "The new bank account takes effect at {at}. If it is not you, stop it here: {link}",
            "a new bank account from {at}. Not you? Stop it: {link}",
        ),
        "at link",
        frozenset({Channel.SMS, Channel.EMAIL}),
        "link",
    ),
    letter(
        "details_change_stopped",
        Said(
            "Өзгерту тоқтатылды",
            "Деректерді өзгерту {at} тоқтатылды, бәрі бұрынғыдай қалды. Бастаған сіз болмасаңыз, бізге хабарласыңыз.",
            "деректерді өзгерту {at} тоқтатылды. Бәрі бұрынғыдай.",
        ),
        Said(
            "Изменение остановлено",
            "Изменение данных остановлено {at}, всё осталось как было. Если его начали не вы, свяжитесь с нами.",
            "изменение данных остановлено {at}. Всё осталось как было.",
        ),
        Said(
            "The change was stopped",
            "The change of your details was stopped at {at}; all stays as it was. If you did not begin it, contact us.",
            "the change of your details was stopped at {at}. All stays as it was.",
        ),
        "at",
    ),
    letter(
        "details_change_failed",
        Said(
            "Өзгерту мүмкін болмады",
            "Деректерді {at} өзгерту мүмкін болмады: оларды басқа клиент қолданады. Бәрі бұрынғыдай қалды.",
        ),
        Said(
            "Изменить данные не удалось",
            "Изменить данные {at} не удалось: ими уже пользуется другой клиент. Всё осталось как было.",
        ),
        Said(
            "The change was not possible",
            "Your details could not be changed at {at}: another client uses them. All stays as it was.",
        ),
        "at",
        _QUIETLY,
    ),
    letter(
        "document_changed",
        Said(
            "Құжат жаңартылды",
            "Жеке басыңызды куәландыратын құжат {at} жаңартылды. Бұл сіз болмасаңыз, дереу бізге хабарласыңыз.",
            "құжатыңыз {at} жаңартылды. Сіз емессіз бе? Дереу хабарласыңыз.",
        ),
        Said(
            "Документ обновлён",
            "Документ, удостоверяющий личность, обновлён {at}. Если это сделали не вы, немедленно свяжитесь с нами.",
            "документ обновлён {at}. Это не вы? Немедленно свяжитесь с нами.",
        ),
        Said(
            "Document renewed",
            "Your identity document was renewed at {at}. If it was not you, contact us at once.",
            "your identity document was renewed at {at}. Not you? Contact us at once.",
        ),
        "at",
    ),
    letter(
        "data_leaked",
        Said(
            "Жеке басыңызды қайта растаңыз",
            "Деректеріңіз бөтен қолға түсуі мүмкін ({at}). Кез келген операция алдында кабинетке кіріп, биометриялық "
            "сәйкестендіруден қайта өтіңіз. Кредит алудан ерікті бас тартуды орнатуға кеңес береміз.",
            "деректеріңіз бөтен қолда болуы мүмкін. Кабинетте биометриядан қайта өтіңіз.",
        ),
        Said(
            "Подтвердите личность ещё раз",
            "Ваши данные могли попасть в чужие руки ({at}). Перед любой операцией войдите в кабинет и снова пройдите "
            "биометрическую идентификацию. Советуем установить добровольный отказ от получения кредитов.",
            "ваши данные могли попасть в чужие руки. Пройдите биометрию в кабинете заново.",
        ),
        Said(
            "Confirm your identity again",
            "Your data may be in strangers' hands ({at}). Before any operation sign in and identify yourself by face "
            "again. We advise you to set the voluntary refusal of credit.",
            "your data may be in strangers' hands. Sign in and identify yourself again.",
        ),
        "at",
    ),
    letter(
        "identified_again",
        Said("Жеке басыңыз расталды", "Жеке басыңыз {at} қайта расталды. Операциялар қайтадан қолжетімді."),
        Said("Личность подтверждена", "Ваша личность подтверждена заново {at}. Операции снова доступны."),
        Said("Identity confirmed", "Your identity was confirmed again at {at}. Operations are open again."),
        "at",
        _QUIETLY,
    ),
    letter(
        "phone_not_own",
        Said(
            "Нөмір расталмады",
            "Мемлекеттік база кабинет нөмірін сіздікі деп растамады ({at}). Профильде өз нөміріңізді көрсетіңіз.",
        ),
        Said(
            "Номер не подтверждён",
            "Государственная база не подтвердила, что номер кабинета ваш ({at}). Укажите в профиле свой номер.",
        ),
        Said(
            "The number was not confirmed",
            "The state base did not confirm that the number of the account is yours ({at}). Set your own there.",
        ),
        "at",
        _QUIETLY,
    ),
    letter(
        "document_ends",
        Said(
            "Құжаттың мерзімі аяқталып келеді",
            "Жеке басыңызды куәландыратын құжаттың мерзімі {on} аяқталады. Жаңасын профильде көрсетіңіз.",
            "құжатыңыздың мерзімі {on} аяқталады. Жаңасын кабинетте көрсетіңіз.",
        ),
        Said(
            "Срок документа подходит к концу",
            "Срок вашего документа, удостоверяющего личность, истекает {on}. Укажите новый в профиле.",
            "срок вашего документа истекает {on}. Укажите новый в кабинете.",
        ),
        Said(
            "Your document ends soon",
            "Your identity document ends on {on}. Enter the new one in the profile.",
            "your identity document ends on {on}. Enter the new one in your account.",
        ),
        "on",
    ),
    letter(
        "document_ended",
        Said(
            "Құжаттың мерзімі өтті",
            "Жеке басыңызды куәландыратын құжаттың мерзімі {on} өтті. Жаңасын көрсеткенше жаңа өтінім берілмейді.",
            "құжатыңыздың мерзімі {on} өтті. Жаңасын кабинетте көрсетіңіз.",
        ),
        Said(
            "Срок документа истёк",
            "Срок вашего документа, удостоверяющего личность, истёк {on}. До ввода нового заявки не принимаются.",
            "срок вашего документа истёк {on}. Укажите новый в кабинете.",
        ),
        Said(
            "Your document has ended",
            "Your identity document ended on {on}. No application is taken before you enter the new one.",
            "your identity document ended on {on}. Enter the new one in your account.",
        ),
        "on",
    ),
)
