"""Templates of the client's way, in its order. None names a person, an account or a document."""

from __future__ import annotations

from nesie.foundation.notices.rules.template import Channel, Said, Template, letter

_EVERY = frozenset(Channel)
_QUIETLY = frozenset({Channel.EMAIL, Channel.IN_APP})
_INSIDE = frozenset({Channel.IN_APP})


LETTERS: tuple[Template, ...] = (
    letter(
        "registration_complete",
        Said("Сіз тіркелдіңіз", "Жеке кабинетіңіз ашылды. Енді өтінім бере аласыз."),
        Said("Вы зарегистрированы", "Ваш личный кабинет открыт. Теперь можно подать заявку."),
        Said("You are registered", "Your personal account is open. You can apply now."),
        channels=_QUIETLY,
    ),
    letter(
        "application_received",
        Said("Өтінім қабылданды", "{amount} сомасына өтініміңіз қаралуда. Барысы жеке кабинетте көрінеді."),
        Said("Заявка принята", "Ваша заявка на {amount} рассматривается. Ход рассмотрения виден в личном кабинете."),
        Said("Application received", "Your application for {amount} is being considered. Follow it in your account."),
        "amount",
        _QUIETLY,
    ),
    letter(
        "application_on_review",
        Said("Өтінімді маман қарайды", "Өтініміңізді маман қарайды. Шешім туралы хабарлаймыз."),
        Said("Заявку рассматривает специалист", "Вашу заявку рассматривает специалист. Мы сообщим о решении."),
        Said("A specialist looks at your application", "A specialist looks at your application. We will tell you."),
        channels=_QUIETLY,
    ),
    letter(
        "application_approved",
        Said(
            "Өтінім мақұлданды",
            "Өтініміңіз мақұлданды. Жеке кабинетте үш төлем кестесін салыстырып, біреуін таңдаңыз.",
            "өтінім мақұлданды. Төлем кестесін жеке кабинетте таңдаңыз.",
        ),
        Said(
            "Заявка одобрена",
            "Ваша заявка одобрена. Сравните три графика платежей в личном кабинете и выберите один из них.",
            "заявка одобрена. Выберите график платежей в личном кабинете.",
        ),
        Said(
            "Application approved",
            "Your application is approved. Compare three payment schedules in your account and choose one.",
            "application approved. Choose a payment schedule in your account.",
        ),
    ),
    letter(
        "application_declined",
        Said("Өтінім бойынша шешім", "Өтініміңіз мақұлданбады. Себебі жеке кабинетте көрсетілген."),
        Said("Решение по заявке", "Ваша заявка не одобрена. Причина указана в личном кабинете."),
        Said("Decision on your application", "Your application was not approved. The reason is in your account."),
        channels=_QUIETLY,
    ),
    letter(
        "application_cancelled",
        Said("Өтінім тоқтатылды", "Өтініміңіз тоқтатылды. Жаңасын кез келген уақытта бере аласыз."),
        Said("Заявка отменена", "Ваша заявка отменена. Новую можно подать в любое время."),
        Said("Application cancelled", "Your application was cancelled. You can apply again at any time."),
        channels=_QUIETLY,
    ),
    letter(
        "contract_ready",
        Said("Шарт қол қоюға дайын", "{number} шарты дайын. Оқып шығып, жеке кабинетте қол қойыңыз."),
        Said("Договор готов к подписанию", "Договор {number} готов. Прочитайте его и подпишите в личном кабинете."),
        Said("Your contract is ready", "Contract {number} is ready. Read it and sign it in your account."),
        "number",
        _QUIETLY,
    ),
    letter(
        "contract_signed",
        Said(
            "Шартқа қол қойылды",
            "{number} шартына қол қойылды. Ойлану мерзімі {until} аяқталады; содан кейін ғана ақша алуға келісім "
            "беруге болады. Оған дейін шарттан бас тарта аласыз.",
            "{number} шартына қол қойылды. Ақша алуға келісім {until} кейін. Сіз емессіз бе? Бізге хабарласыңыз.",
        ),
        Said(
            "Договор подписан",
            "Договор {number} подписан. Время на обдумывание истекает {until}; только после этого можно дать согласие "
            "на получение денег. До этого от договора можно отказаться.",
            "договор {number} подписан. Согласие на получение денег после {until}. Это не вы? Свяжитесь с нами.",
        ),
        Said(
            "Contract signed",
            "Contract {number} is signed. The time to think it over ends at {until}; only then can you consent to "
            "receive the money. Until then you can withdraw from the contract.",
            "contract {number} is signed. Consent to receive the money after {until}. Not you? Contact us.",
        ),
        "number until",
    ),
    letter(
        "cooling_off_over",
        Said(
            "Ойлану мерзімі аяқталды",
            "{number} шарты бойынша ойлану мерзімі аяқталды. Ақша алу үшін жеке кабинетте келісім беріңіз немесе "
            "шарттан бас тартыңыз.",
            "{number} шарты бойынша ойлану мерзімі аяқталды. Ақша алуға келісімді жеке кабинетте беріңіз.",
        ),
        Said(
            "Время на обдумывание истекло",
            "Время на обдумывание по договору {number} истекло. Чтобы получить деньги, дайте согласие в личном "
            "кабинете, или откажитесь от договора.",
            "время на обдумывание по договору {number} истекло. Согласие на получение денег - в личном кабинете.",
        ),
        Said(
            "The time to think it over has ended",
            "The time to think contract {number} over has ended. To receive the money give your consent in your "
            "account, or withdraw from the contract.",
            "the time to think contract {number} over has ended. Consent to receive the money in your account.",
        ),
        "number",
    ),
    letter(
        "contract_cancelled",
        Said("Шарт тоқтатылды", "{number} шарты тоқтатылды. Сіз ештеңе қарыз емессіз."),
        Said("Договор отменён", "Договор {number} отменён. Вы ничего не должны."),
        Said("Contract cancelled", "Contract {number} is cancelled. You owe nothing."),
        "number",
        _QUIETLY,
    ),
    letter(
        "money_sent",
        Said(
            "Ақша жіберілді",
            "{number} шарты бойынша {amount} шотыңызға жіберілді. Төлем кестесі жеке кабинетте.",
            "{number} шарты бойынша {amount} шотыңызға жіберілді.",
        ),
        Said(
            "Деньги отправлены",
            "По договору {number} на ваш счёт отправлено {amount}. График платежей - в личном кабинете.",
            "по договору {number} на ваш счёт отправлено {amount}.",
        ),
        Said(
            "Money sent",
            "{amount} was sent to your account under contract {number}. The payment schedule is in your account here.",
            "{amount} was sent to your account under contract {number}.",
        ),
        "number amount",
    ),
    letter(
        "money_not_sent",
        Said(
            "Ақша жіберілмеді",
            "{number} шарты бойынша банк төлемді қабылдамады. Жеке кабинетте шотты тексеріңіз.",
            "{number} шарты бойынша банк төлемді қабылдамады. Жеке кабинетке кіріңіз.",
        ),
        Said(
            "Деньги не отправлены",
            "Банк не принял платёж по договору {number}. Проверьте счёт в личном кабинете.",
            "банк не принял платёж по договору {number}. Зайдите в личный кабинет.",
        ),
        Said(
            "Money not sent",
            "The bank did not accept the payment under contract {number}. Check the account in your personal account.",
            "the bank did not accept the payment under contract {number}. Please look into your account.",
        ),
        "number",
    ),
    letter(
        "account_not_confirmed",
        Said(
            "Шот расталмады",
            "{number} шарты бойынша ақша жіберілмеді: банк шоттың сіздікі екенін растамады. "
            "Жеке кабинетте өз шотыңызды көрсетіңіз.",
            "{number} шарты бойынша банк шотты растамады. Жеке кабинетте өз шотыңызды көрсетіңіз.",
        ),
        Said(
            "Счёт не подтверждён",
            "Деньги по договору {number} не отправлены: банк не подтвердил, что счёт ваш. Укажите свой счёт в личном "
            "кабинете.",
            "по договору {number} банк не подтвердил, что счёт ваш. Укажите свой счёт в личном кабинете.",
        ),
        Said(
            "The bank account was not confirmed",
            "The money under contract {number} was not sent: the bank did not confirm that the account is yours. "
            "Name an account of your own in your personal account.",
            "the bank did not confirm that the account for contract {number} is yours. Name your own account.",
        ),
        "number",
    ),
    letter(
        "schedule_refined",
        Said(
            "Төлем кестесі нақтыланды",
            "{number} шарты бойынша ақша {paid_on} берілді, бұл шартта болжанған күн емес. Нақтыланған төлем кестесі "
            "жеке кабинетте, бірінші төлем {due_on}.",
        ),
        Said(
            "График платежей уточнён",
            "Деньги по договору {number} выданы {paid_on}, не в тот день, что предполагался в договоре. Уточнённый "
            "график платежей - в личном кабинете, первый платёж {due_on}.",
        ),
        Said(
            "Your payment schedule was refined",
            "The money under contract {number} was paid out on {paid_on}, another day than the contract assumed. The "
            "refined payment schedule is in your account; the first payment is due on {due_on}.",
        ),
        "number paid_on due_on",
        _QUIETLY,
    ),
    letter(
        "loan_event",
        Said(
            "Микрокредит бойынша хабарлама",
            "{number} шарты бойынша {on} күніне қатысты өзгеріс бар. Құжат жеке кабинетте.",
        ),
        Said(
            "Уведомление по микрокредиту",
            "По договору {number} есть изменение, относящееся к {on}. Документ - в личном кабинете.",
        ),
        Said(
            "A notice about your loan",
            "Something has changed under contract {number}, as of {on}. The document is in your account.",
        ),
        "number on",
        _QUIETLY,
    ),
    letter(
        "payment_due",
        Said(
            "Төлем күні жақындады",
            "{number} шарты бойынша {due_on} күніне дейін {amount} төлеңіз.",
            "{number} шарты бойынша {due_on} күніне дейін {amount} төлеңіз.",
        ),
        Said(
            "Приближается день платежа",
            "По договору {number} внесите {amount} до {due_on}.",
            "по договору {number} внесите {amount} до {due_on}.",
        ),
        Said(
            "A payment is due soon",
            "Please pay {amount} under contract {number} by {due_on}.",
            "please pay {amount} under contract {number} by {due_on}.",
        ),
        "number amount due_on",
    ),
    letter(
        "payment_overdue",
        Said(
            "Төлем мерзімі өтті",
            "{number} шарты бойынша {due_on} төлемі түспеді. Мерзімі өткен сома: {amount}.",
            "{number} шарты бойынша {due_on} төлемі түспеді. Мерзімі өткен сома: {amount}.",
        ),
        Said(
            "Платёж просрочен",
            "Платёж по договору {number} за {due_on} не поступил. Просрочено: {amount}.",
            "платёж по договору {number} за {due_on} не поступил. Просрочено: {amount}.",
        ),
        Said(
            "A payment is overdue",
            "The payment of {due_on} under contract {number} has not come. Overdue: {amount}.",
            "the payment of {due_on} under contract {number} has not come. Overdue: {amount}.",
        ),
        "number amount due_on",
    ),
    letter(
        "payment_received",
        Said(
            "Төлем түсті",
            "{number} шарты бойынша {amount} түсті. Қалған берешек: {balance}.",
            "{number} шарты бойынша {amount} түсті. Қалған берешек: {balance}.",
        ),
        Said(
            "Платёж получен",
            "По договору {number} получено {amount}. Остаток задолженности: {balance}.",
            "по договору {number} получено {amount}. Остаток задолженности: {balance}.",
        ),
        Said(
            "Payment received",
            "{amount} was received under contract {number}. Debt left: {balance}.",
            "{amount} was received under contract {number}. Debt left: {balance}.",
        ),
        "number amount balance",
    ),
    letter(
        "loan_closed",
        Said(
            "Қарыз толық өтелді",
            "{number} шарты бойынша қарыз толық өтелді. Берешектің жоқтығы туралы анықтама жеке кабинетте.",
            "{number} шарты бойынша қарыз толық өтелді. Рақмет!",
        ),
        Said(
            "Заём погашен",
            "Заём по договору {number} полностью погашен. Справка об отсутствии задолженности - в личном кабинете.",
            "заём по договору {number} полностью погашен. Спасибо!",
        ),
        Said(
            "Loan paid off",
            "The loan under contract {number} is fully paid. The statement that nothing is owed is in your account.",
            "the loan under contract {number} is fully paid. Thank you!",
        ),
        "number",
    ),
    letter(
        "letter_received",
        Said("Сізге хат келді", "Жеке кабинетте жаңа хат бар."),
        Said("Вам пришло письмо", "В личном кабинете новое письмо."),
        Said("You have a letter", "There is a new letter in your account."),
        channels=_QUIETLY,
    ),
    letter(
        "letter_accepted",
        Said("Хатыңыз қабылданды", "Хатыңыз {at} қабылданды. Жауап осы жерге келеді."),
        Said("Ваше письмо принято", "Ваше письмо принято {at}. Ответ придёт сюда."),
        Said("Your letter was accepted", "Your letter was accepted at {at}. The answer will come here."),
        "at",
        _INSIDE,
    ),
    letter(
        "sign_in_locked",
        Said(
            "Кіру бұғатталды",
            "Қате әрекеттерден соң кіру {minutes} минутқа бұғатталды. Бұл сіз болмасаңыз, бізге хабарлаңыз.",
        ),
        Said("Вход заблокирован", "После ошибок вход закрыт на {minutes} мин. Если это не вы, сообщите нам."),
        Said("Sign-in locked", "After wrong attempts sign-in is locked for {minutes} min. If it was not you, tell us."),
        "minutes",
        _QUIETLY,
    ),
    letter(
        "password_changed",
        Said(
            "Құпиясөз өзгерді",
            "Құпиясөз {at} өзгертілді. Бұл сіз болмасаңыз, дереу бізге хабарласыңыз.",
            "құпиясөз {at} өзгертілді. Сіз емессіз бе? Дереу хабарласыңыз.",
        ),
        Said(
            "Пароль изменён",
            "Пароль изменён {at}. Если это сделали не вы, немедленно свяжитесь с нами.",
            "пароль изменён {at}. Это не вы? Немедленно свяжитесь с нами.",
        ),
        Said(
            "Password changed",
            "The password was changed at {at}. If it was not you, contact us at once.",
            "the password was changed at {at}. Not you? Contact us at once.",
        ),
        "at",
    ),
    letter(
        "phone_changed",
        Said(
            "Телефон нөмірі өзгерді",
            "Кабинеттің телефон нөмірі {at} өзгертілді. Бұл сіз болмасаңыз, дереу бізге хабарласыңыз.",
            "кабинеттің телефон нөмірі {at} өзгертілді. Сіз емессіз бе? Дереу хабарласыңыз.",
        ),
        Said(
            "Номер телефона изменён",
            "Номер телефона кабинета изменён {at}. Если это сделали не вы, немедленно свяжитесь с нами.",
            "номер телефона кабинета изменён {at}. Это не вы? Немедленно свяжитесь с нами.",
        ),
        Said(
            "Phone number changed",
            "The phone number of your account was changed at {at}. If it was not you, contact us at once.",
            "the phone number of your account was changed at {at}. Not you? Contact us at once.",
        ),
        "at",
    ),
    letter(
        "account_added",
        Said(
            "Банк шоты қосылды",
            "Жеке кабинетке {at} банк шоты қосылды. Бұл сіз болмасаңыз, дереу бізге хабарласыңыз.",
            "жеке кабинетке {at} банк шоты қосылды. Сіз емессіз бе? Дереу хабарласыңыз.",
        ),
        Said(
            "Добавлен банковский счёт",
            "В личный кабинет {at} добавлен банковский счёт. Если это сделали не вы, немедленно свяжитесь с нами.",
            "в личный кабинет {at} добавлен банковский счёт. Это не вы? Немедленно свяжитесь с нами.",
        ),
        Said(
            "Bank account added",
            "A bank account was added to your account at {at}. If it was not you, contact us at once.",
            "a bank account was added to your account at {at}. Not you? Contact us at once.",
        ),
        "at",
    ),
)
