"""The words of a statement: one table for the paper and the sheet, in the languages they are made in."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from nesie.journey.loans.rules.norms import DelayNorms

LANGUAGES = ("kk", "ru", "en")

_KINDS = {
    "opened": ("Микрокредит берілді", "Выдан микрокредит", "Loan paid out"),
    "interest": ("Сыйақы есептелді", "Начислено вознаграждение", "Interest accrued"),
    "penalty": ("Өсімпұл есептелді", "Начислена пеня", "Penalty accrued"),
    "fell_due": ("Төлем мерзімі келді", "Наступил срок платежа", "Instalment fell due"),
    "changed": ("Өзгеріс", "Изменение", "Change"),
    "credit_used": ("Клиенттің қаражатынан төленді", "Зачтено из средств клиента", "Paid from the client's money"),
    "received": ("Төлем түсті", "Поступил платёж", "Payment received"),
}
_COMPONENTS = {
    "overdue_principal": ("мерзімі өткен негізгі борыш", "просроченный основной долг", "overdue principal"),
    "overdue_interest": ("мерзімі өткен сыйақы", "просроченное вознаграждение", "overdue interest"),
    "penalty": ("өсімпұл", "пеня", "penalty"),
    "current_principal": ("негізгі борыш", "основной долг", "principal"),
    "current_interest": ("сыйақы", "вознаграждение", "interest"),
    "costs": ("шығыстар", "издержки", "costs"),
}
# Each rule in words, and where it is written.
_GROUNDS = {
    "disbursed": (
        (
            "Берілген сома негізгі борышқа айналады.",
            "Выданная сумма становится основным долгом.",
            "The money paid out becomes the principal.",
        ),
        ("Шарт", "Договор", "Contract"),
    ),
    "interest": (
        (
            "Күннің сыйақысы = алдыңғы күннің соңындағы негізгі борыш × жылдық мөлшерлеме × күннің жылдағы үлесі. "
            "Сома кезең бойынша өспелі жиынтықпен есептеліп, тиынға дейін бір рет дөңгелектенеді, күнге айырмасы "
            "жазылады.",
            "Вознаграждение дня = основной долг на конец прошлого дня × годовая ставка × доля дня в году. Сумма "
            "считается нарастающим итогом за период и округляется до тиына один раз, на день записывается разница.",
            "Interest of a day = principal at the end of the day before × annual rate × the day's part of the year. "
            "It is a running total of the period, rounded to the tiyn once; a day gets the difference.",
        ),
        ("Шарт", "Договор", "Contract"),
    ),
    "penalty": (
        (
            "Күннің өсімпұлы = мерзімі өткен төлем × күндік мөлшерлеме: кешіктірудің алғашқы {switch_days} күнінде "
            "{first_rate} %, одан кейін {later_rate} %; шарттың бір жылында берілген соманың {year_cap} %-ынан "
            "аспайды.",
            "Пеня дня = просроченный платёж × ставка в день: {first_rate} % первые {switch_days} дней просрочки, "
            "затем {later_rate} %; за год договора не больше {year_cap} % выданной суммы.",
            "Penalty of a day = overdue payment × rate a day: {first_rate} % for the first {switch_days} days of "
            "delay, {later_rate} % after; within a year of the contract at most {year_cap} % of the issued amount.",
        ),
        ("56-V Заң, 6-бап 3-т.", "Закон № 56-V, ст. 6 п. 3", "Law 56-V, art. 6 p. 3"),
    ),
    "capped": (
        (
            "Шарттың осы жылындағы өсімпұл шегіне жетті: берілген соманың {year_cap} %-ы. Жыл аяқталғанша қосылмайды.",
            "Пеня за этот год договора достигла предела: {year_cap} % выданной суммы. До конца года не прибавляется.",
            "The penalties of this year of the contract reached their limit, {year_cap} % of the issued amount.",
        ),
        ("56-V Заң, 6-бап 3-т.", "Закон № 56-V, ст. 6 п. 3", "Law 56-V, art. 6 p. 3"),
    ),
    "stopped": (
        (
            "Қатарынан {stop_days} күннен астам кешіктірілгеннен кейін есептелген сыйақы мен өсімпұл талап етілмейді: "
            "берешекке кірмейді, анықтама үшін ғана көрсетіледі.",
            "Начисленные после {stop_days} дней просрочки подряд вознаграждение и пеня не могут быть потребованы: в "
            "задолженность не входят, показаны справочно.",
            "Interest and penalty after {stop_days} days of delay in a row may not be demanded: they are no debt and "
            "are only noted.",
        ),
        ("56-V Заң, 7-бап 3-т. 4), 5)", "Закон № 56-V, ст. 7 п. 3 пп. 4, 5", "Law 56-V, art. 7 p. 3 sub 4, 5"),
    ),
    "paused": (
        (
            "Есептеу тоқтатылған. Осы күндердің сыйақысы бөлек ескеріледі және есептеу жалғасқанда ғана берешекке "
            "қосылады; өсімпұл есептелмейді.",
            "Начисление приостановлено. Вознаграждение этих дней учитывается отдельно и становится задолженностью "
            "только при возобновлении; пеня не начисляется.",
            "Accrual is suspended. The interest of these days is held apart and becomes debt only when accrual "
            "resumes; there is no penalty.",
        ),
        ("№ 217 Қағидалар, 13-т.", "Правила № 217, п. 13", "Rules No. 217, para 13"),
    ),
    "collector": (
        (
            "Коллектор жұмыс істейтін кезеңде сыйақы талап етілмейді (анықтама үшін ғана), өсімпұл есептелмейді.",
            "Пока с долгом работает коллектор, вознаграждение не предъявляется (показано справочно), пеня не "
            "начисляется.",
            "While a collector works, interest may not be demanded (it is only noted) and no penalty accrues.",
        ),
        ("56-V Заң, 9-2-бап 8-т.", "Закон № 56-V, ст. 9-2 п. 8", "Law 56-V, art. 9-2 p. 8"),
    ),
    "conscript": (
        (
            "Қарыз алушы мерзімді әскери қызметте: сыйақы мен өсімпұл есептелмейді.",
            "Заёмщик на срочной воинской службе: вознаграждение и пеня не начисляются.",
            "The borrower is a conscript in service: neither interest nor penalty accrues.",
        ),
        ("56-V Заң, 7-бап 2-т. 11-2)", "Закон № 56-V, ст. 7 п. 2 пп. 11-2", "Law 56-V, art. 7 p. 2 sub 11-2"),
    ),
    "bankruptcy": (
        (
            "Банкроттық рәсімі басталған: рәсім құжатында аталғаны есептелмейді.",
            "Начата процедура банкротства: не начисляется то, что названо в документе процедуры.",
            "A bankruptcy procedure has begun: what its document names does not accrue.",
        ),
        ("Рәсім туралы құжат", "Документ о процедуре", "Document of the procedure"),
    ),
    "court": (
        (
            "Сот актісі бойынша есептеу тоқтатылған.",
            "Начисление остановлено судебным актом.",
            "Accrual is stopped by a court act.",
        ),
        ("Сот актісі", "Судебный акт", "Court act"),
    ),
    "fall_due": (
        (
            "Төлем кесте бойынша төлеу күні туындайды. Төлем күні демалыс болса, келесі жұмыс күнгі төлем кешіктіру "
            "емес.",
            "Платёж становится должным в день по графику. Если этот день выходной, платёж в следующий рабочий день не "
            "просрочен.",
            "A payment falls due on its day of the schedule. After a day off, a payment on the next working day is "
            "not late.",
        ),
        ("Шарт; Азаматтық кодекс, 175-бап", "Договор; Гражданский кодекс, ст. 175", "Contract; Civil Code, art. 175"),
    ),
    "order": (
        (
            "Ақша кезегімен жұмсалады: мерзімі өткен негізгі борыш, мерзімі өткен сыйақы, өсімпұл, ағымдағы негізгі "
            "борыш, ағымдағы сыйақы, шығыстар. Артығы клиентте қалады.",
            "Деньги погашают по очереди: просроченный основной долг, просроченное вознаграждение, пеню, текущий "
            "основной долг, текущее вознаграждение, издержки. Лишнее остаётся клиенту.",
            "Money pays in turn: overdue principal, overdue interest, penalty, current principal, current interest, "
            "costs. What is not needed stays the client's.",
        ),
        ("56-V Заң, 6-бап 1-1-т.", "Закон № 56-V, ст. 6 п. 1-1", "Law 56-V, art. 6 p. 1-1"),
    ),
    "own_money": (
        (
            "Клиенттің бізде жатқан ақшасы төлем күні сол кезекпен жұмсалады.",
            "Деньги клиента, лежащие у нас, в день платежа погашают в той же очереди.",
            "The client's money that lies with us pays on the due day in the same order.",
        ),
        ("56-V Заң, 6-бап 1-1-т.", "Закон № 56-V, ст. 6 п. 1-1", "Law 56-V, art. 6 p. 1-1"),
    ),
    "change": (
        (
            "Жолда аталған оқиға өз күнінен бастап күшінде.",
            "Действует названное в строке событие со своего дня.",
            "The event named in the line takes effect from its day.",
        ),
        ("Оқиғаның құжаты", "Документ события", "Document of the event"),
    ),
    "recalculated": (
        (
            "Кейін белгілі болған оқиға сол күннен қайта есептелді: айырмасы ғана жазылған.",
            "Позднее стало известно событие прошлого: с того дня пересчитано, записана только разница.",
            "An event of the past was heard of later: counted anew from that day, only the difference is entered.",
        ),
        (
            "Жазылған күні мен себебі жолда",
            "День записи и причина в строке",
            "Day of entry and cause stand in the line",
        ),
    ),
}
# By the kinds of events, and of the rows that have none.
_EVENTS = {
    "received": ("төлем", "платёж", "payment"),
    "receipt": ("төлем", "платёж", "payment"),
    "reversed": ("жазба кері қайтарылды", "запись сторнирована", "entry reversed"),
    "credit_refunded": ("клиентке ақшасы қайтарылды", "средства возвращены клиенту", "money returned to the client"),
    "suspended": ("есептеу тоқтатылды", "начисление приостановлено", "accrual suspended"),
    "resumed": ("есептеу жалғасты", "начисление возобновлено", "accrual resumed"),
    "halted": ("есептеу немесе талап тоқтатылды", "остановлены начисление или требование", "accrual or demand halted"),
    "released": ("тоқтату аяқталды", "остановка окончена", "halt ended"),
    "rate_changed": ("мөлшерлеме өзгерді", "изменена ставка", "rate changed"),
    "rescheduled": ("жаңа кесте", "новый график", "new schedule"),
    "penalty_lowered": ("тұрақсыздық айыбы төмендетілді", "снижена неустойка", "lower penalty"),
    "tranche_paid": ("транш берілді", "выдан транш", "tranche paid out"),
    "forgiven": ("кешірілді", "прощено", "forgiven"),
    "written_off": ("есептен шығарылды", "списано", "written off"),
    "recovered": ("есептен шығарғаннан кейін өндірілді", "взыскано после списания", "recovered after write-off"),
    "reinstated": ("талап қалпына келтірілді", "требование восстановлено", "claim reinstated"),
    "transferred": ("талап басқаға берілді", "требование уступлено", "claim transferred"),
    "refinanced": ("жаңа микрокредитпен өтелді", "погашено новым микрокредитом", "repaid by a new loan"),
}
_COLUMNS = {
    "on": ("Күні", "Дата", "Day"),
    "recorded_on": ("Жазылған күні", "Дата записи", "Entered on"),
    "operation": ("Операция", "Операция", "Operation"),
    "number": ("Төлем №", "Платёж №", "Instalment"),
    "component": ("Құрамдас бөлігі", "Составляющая", "Component"),
    "base": ("Есептеу базасы, ₸", "База начисления, ₸", "Base, KZT"),
    "rate": ("Мөлшерлеме, %", "Ставка, %", "Rate, %"),
    "days_past_due": ("Кешіктірілген күндер", "Дней просрочки", "Days past due"),
    "amount": ("Операция сомасы, ₸", "Сумма операции, ₸", "Amount, KZT"),
    "principal": ("Негізгі борыш: өзгеруі", "Основной долг: изменение", "Principal: change"),
    "interest": ("Сыйақы: өзгеруі", "Вознаграждение: изменение", "Interest: change"),
    "penalty": ("Өсімпұл: өзгеруі", "Пеня: изменение", "Penalty: change"),
    "credit": ("Клиент қаражаты: өзгеруі", "Средства клиента: изменение", "Client's money: change"),
    "held": ("Тоқтатылған кезең сыйақысы: өзгеруі", "Вознаграждение паузы: изменение", "Interest held: change"),
    "memo_interest": (
        "Талап етілмейтін сыйақы: өзгеруі",
        "Непредъявляемое вознаграждение: изменение",
        "Interest not demanded: change",
    ),
    "memo_penalty": (
        "Талап етілмейтін өсімпұл: өзгеруі",
        "Непредъявляемая пеня: изменение",
        "Penalty not demanded: change",
    ),
    "after_principal": ("Негізгі борыш: қалдық", "Основной долг: остаток", "Principal: balance"),
    "after_interest": ("Сыйақы: қалдық", "Вознаграждение: остаток", "Interest: balance"),
    "after_penalty": ("Өсімпұл: қалдық", "Пеня: остаток", "Penalty: balance"),
    "after_debt": ("Берешек барлығы", "Задолженность всего", "Debt in all"),
    "after_credit": ("Клиент қаражаты: қалдық", "Средства клиента: остаток", "Client's money: balance"),
    "after_held": ("Тоқтатылған кезең сыйақысы: қалдық", "Вознаграждение паузы: остаток", "Interest held: balance"),
    "after_memo_interest": (
        "Талап етілмейтін сыйақы: қалдық",
        "Непредъявляемое вознаграждение: остаток",
        "Interest not demanded: balance",
    ),
    "after_memo_penalty": (
        "Талап етілмейтін өсімпұл: қалдық",
        "Непредъявляемая пеня: остаток",
        "Penalty not demanded: balance",
    ),
    "rule": ("Қағида", "Правило", "Rule"),
    "source": ("Негіздеме", "Источник", "Source"),
}
_OTHER = {"total": ("Жиыны", "Итого", "Total")}


def _in(table: dict[str, tuple[str, str, str]], place: int) -> dict[str, str]:
    return {code: said[place] for code, said in table.items()}


def event_words(language: str) -> dict[str, str]:
    """Each kind of event in a language."""
    return _in(_EVENTS, LANGUAGES.index(language) if language in LANGUAGES else 0)


def statement_words(language: str, delay: DelayNorms) -> dict[str, Any]:
    """Every word of a statement in a language (Kazakh for one it is not made in), with the loan's figures of delay."""
    place = LANGUAGES.index(language) if language in LANGUAGES else 0
    figures = {
        "first_rate": _percent(delay.first_day_rate, place),
        "later_rate": _percent(delay.later_day_rate, place),
        "switch_days": delay.switch_days,
        "year_cap": _percent(delay.year_cap, place),
        "stop_days": delay.stop_days,
    }
    return {
        "kinds": _in(_KINDS, place),
        "components": _in(_COMPONENTS, place),
        "events": _in(_EVENTS, place),
        "columns": _in(_COLUMNS, place),
        "rules": {code: said[0][place].format(**figures) for code, said in _GROUNDS.items()},
        "sources": {code: said[1][place] for code, said in _GROUNDS.items()},
        **_in(_OTHER, place),
    }


def _percent(ratio: Decimal, place: int) -> str:
    text = f"{(ratio * 100).normalize():f}"
    return text if LANGUAGES[place] == "en" else text.replace(".", ",")
