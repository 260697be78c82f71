"""Templates of a running loan: its changes, its arrears. None names a person, an account or a document."""

from __future__ import annotations

from nesie.foundation.notices.rules.template import Channel, Said, Template, letter

_EVERY = frozenset(Channel)
_QUIETLY = frozenset({Channel.EMAIL, Channel.IN_APP})


SERVICING: tuple[Template, ...] = (
    letter(
        "change_proposed",
        Said(
            "Шартты өзгерту ұсынылды",
            "№ {number} шартты өзгерту ұсынылды. Жеке кабинетте ескі және жаңа графикті салыстырып, {until} дейін "
            "қол қойыңыз немесе бас тартыңыз.",
            "№ {number} шартты өзгерту ұсынылды. Жеке кабинетте {until} дейін қол қойыңыз не бас тартыңыз.",
        ),
        Said(
            "Предложено изменение договора",
            "Предложено изменение договора № {number}. Сравните старый и новый график в личном кабинете и подпишите "
            "его или откажитесь до {until}.",
            "предложено изменение договора № {number}. Подпишите или откажитесь в личном кабинете до {until}.",
        ),
        Said(
            "A change of your contract is proposed",
            "A change of contract {number} is proposed. Compare the old and the new schedule in your account and sign "
            "or refuse it before {until}.",
            "a change of contract {number} is proposed. Sign or refuse it in your account before {until}.",
        ),
        "number until",
    ),
    letter(
        "improvement_announced",
        Said(
            "Шарт талаптары жақсарады",
            "№ {number} шарттың талаптары сіз үшін жақсарады. Қол қою қажет емес; {until} дейін жеке кабинетте бас "
            "тарта аласыз.",
            "№ {number} шарттың талаптары жақсарады. Келіспесеңіз, {until} дейін жеке кабинетте бас тартыңыз.",
        ),
        Said(
            "Условия договора улучшаются",
            "Условия договора № {number} улучшаются для вас. Подпись не нужна; отказаться можно в личном кабинете "
            "до {until}.",
            "условия договора № {number} улучшаются. Если не согласны, откажитесь в личном кабинете до {until}.",
        ),
        Said(
            "The conditions of your contract improve",
            "The conditions of contract {number} become better for you. No signature is needed; you can refuse in "
            "your account before {until}.",
            "the conditions of contract {number} improve. If you disagree, refuse in your account before {until}.",
        ),
        "number until",
    ),
    letter(
        "change_signed",
        Said(
            "Шарттың өзгерісіне қол қойылды",
            "№ {number} шарттың өзгерісіне қол қойдыңыз. Ол {effective_on} күшіне енеді.",
        ),
        Said(
            "Изменение договора подписано",
            "Вы подписали изменение договора № {number}. Оно вступает в силу {effective_on}.",
        ),
        Said(
            "The change of your contract is signed",
            "You have signed the change of contract {number}. It takes effect on {effective_on}.",
        ),
        "number effective_on",
        _QUIETLY,
    ),
    letter(
        "change_in_force",
        Said(
            "Шарттың өзгерісі күшіне енді",
            "№ {number} шарттың өзгерісі {effective_on} күшіне енді. Жаңа график жеке кабинетте.",
            "№ {number} шарттың өзгерісі күшіне енді. Жаңа график жеке кабинетте.",
        ),
        Said(
            "Изменение договора вступило в силу",
            "Изменение договора № {number} вступило в силу {effective_on}. Новый график — в личном кабинете.",
            "изменение договора № {number} вступило в силу. Новый график — в личном кабинете.",
        ),
        Said(
            "The change of your contract is in force",
            "The change of contract {number} is in force from {effective_on}. The new schedule is in your account.",
            "the change of contract {number} is in force. The new schedule is in your account.",
        ),
        "number effective_on",
    ),
    letter(
        "change_refused",
        Said(
            "Өзгерістен бас тарттыңыз",
            "Сіз № {number} шартты өзгертуден бас тарттыңыз. Шарт бұрынғы талаптармен қалады.",
        ),
        Said(
            "Вы отказались от изменения",
            "Вы отказались от изменения договора № {number}. Договор остаётся на прежних условиях.",
        ),
        Said(
            "You refused the change",
            "You refused the change of contract {number}. The contract stays as it was.",
        ),
        "number",
        _QUIETLY,
    ),
    letter(
        "change_withdrawn",
        Said(
            "Ұсыныс кері қайтарылды",
            "№ {number} шартты өзгерту ұсынысы кері қайтарылды. Шарт бұрынғы талаптармен қалады.",
        ),
        Said(
            "Предложение отозвано",
            "Предложение изменить договор № {number} отозвано. Договор остаётся на прежних условиях.",
        ),
        Said(
            "The proposal is withdrawn",
            "The proposal to change contract {number} is withdrawn. The contract stays as it was.",
        ),
        "number",
        _QUIETLY,
    ),
    letter(
        "change_expired",
        Said(
            "Қол қою мерзімі өтті",
            "№ {number} шарттың өзгерісіне мерзімінде қол қойылмады. Шарт бұрынғы талаптармен қалады.",
        ),
        Said(
            "Срок подписания истёк",
            "Изменение договора № {number} не подписано в срок. Договор остаётся на прежних условиях.",
        ),
        Said(
            "The time to sign is over",
            "The change of contract {number} was not signed in time. The contract stays as it was.",
        ),
        "number",
        _QUIETLY,
    ),
    letter(
        "change_failed",
        Said(
            "Өзгеріс күшіне енбеді",
            "№ {number} шарттың өзгерісі күшіне енбеді: берешек құжаттағыдан өзгеше болып шықты. Шарт бұрынғы "
            "талаптармен қалады, біз жаңа ұсыныс жібереміз.",
        ),
        Said(
            "Изменение не вступило в силу",
            "Изменение договора № {number} не вступило в силу: задолженность уже не та, что в документе. Договор "
            "остаётся на прежних условиях, мы направим новое предложение.",
        ),
        Said(
            "The change did not take effect",
            "The change of contract {number} did not take effect: the debt is no longer what its document says. The "
            "contract stays as it was; a new proposal will follow.",
        ),
        "number",
        _QUIETLY,
    ),
    letter(
        "arrears_notice",
        Said(
            "Төлем кешіктірілді",
            "№ {number} шарт бойынша {amount} мерзімінде төленбеді. {due_on} дейін шарт талаптарын өзгерту туралы "
            "өтініш бере аласыз. Толығырақ жеке кабинеттегі құжатта.",
            "№ {number} шарт: {amount} кешіктірілді. {due_on} дейін талаптарды өзгертуді сұрай аласыз.",
        ),
        Said(
            "Просрочен платёж",
            "По договору № {number} просрочено {amount}. До {due_on} вы вправе подать заявление об изменении условий. "
            "Подробности — в документе в личном кабинете.",
            "договор № {number}: просрочено {amount}. До {due_on} можно просить об изменении условий.",
        ),
        Said(
            "A payment is overdue",
            "{amount} is overdue under contract {number}. Until {due_on} you can apply for other conditions. See the "
            "document in your account.",
            "contract {number}: {amount} is overdue. Until {due_on} you can ask for other conditions.",
        ),
        "number amount due_on",
    ),
    letter(
        "settlement_received",
        Said(
            "Өтініш қабылданды",
            "№ {number} шарт бойынша өтінішіңіз қабылданды. {due_on} дейін жауап береміз; осы уақытта қарызды "
            "мерзімінен бұрын талап етпейміз.",
        ),
        Said(
            "Заявление принято",
            "Ваше заявление по договору № {number} принято. Ответим до {due_on}; до этого досрочного возврата не "
            "требуем.",
        ),
        Said(
            "Your application is received",
            "Your application under contract {number} is received. We answer until {due_on} and demand nothing early "
            "before that.",
        ),
        "number due_on",
        _QUIETLY,
    ),
    letter(
        "settlement_offer",
        Said(
            "Өтінішіңізге жауап бар",
            "№ {number} шарттың жаңа талаптары жеке кабинетте ұсынылды. Салыстырып, қол қойыңыз немесе бас тартыңыз.",
            "№ {number} шарт бойынша өтінішіңізге жауап жеке кабинетте.",
        ),
        Said(
            "Ответ на ваше заявление",
            "Новые условия договора № {number} предложены в личном кабинете. Сравните их и подпишите или откажитесь.",
            "ответ на ваше заявление по договору № {number} — в личном кабинете.",
        ),
        Said(
            "An answer to your application",
            "New conditions of contract {number} are proposed in your account. Compare them and sign or refuse.",
            "the answer to your application under contract {number} is in your account.",
        ),
        "number",
    ),
    letter(
        "settlement_refused",
        Said(
            "Өтінішіңізге жауап бар",
            "№ {number} шарттың талаптарын өзгерту мүмкін болмады. Себебі мен омбудсманға жүгіну мерзімі жеке "
            "кабинеттегі құжатта.",
            "№ {number} шарт бойынша өтінішіңізге жауап жеке кабинетте.",
        ),
        Said(
            "Ответ на ваше заявление",
            "Изменить условия договора № {number} не получилось. Причина и срок обращения к омбудсману — в документе в "
            "личном кабинете.",
            "ответ на ваше заявление по договору № {number} — в личном кабинете.",
        ),
        Said(
            "An answer to your application",
            "The conditions of contract {number} could not be changed. The reason, and until when the ombudsman can be "
            "asked, stand in the document in your account.",
            "the answer to your application under contract {number} is in your account.",
        ),
        "number",
    ),
)
