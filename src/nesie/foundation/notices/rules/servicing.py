"""Templates of a running loan: its changes, its arrears. None names a person, an account or a document."""

from __future__ import annotations

from nesie.foundation.notices.rules.template import Channel, Said, Template

_EVERY = frozenset(Channel)
_QUIETLY = frozenset({Channel.EMAIL, Channel.IN_APP})


def _letter(
    name: str, kk: Said, ru: Said, en: Said, params: str = "", channels: frozenset[Channel] = _EVERY
) -> Template:
    return Template(name, channels, frozenset(params.split()), {"kk": kk, "ru": ru, "en": en})


SERVICING: tuple[Template, ...] = (
    _letter(
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
    _letter(
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
    _letter(
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
    _letter(
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
    _letter(
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
    _letter(
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
    _letter(
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
    _letter(
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
)
