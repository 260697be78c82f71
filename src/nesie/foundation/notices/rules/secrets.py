"""Templates that carry a one-time code: by SMS or e-mail only, never into the inbox of the account they protect."""

from __future__ import annotations

from nesie.foundation.notices.rules.template import Channel, Said, Template

_BY_SMS = frozenset({Channel.SMS})
_CODE = frozenset({"code", "minutes"})


def _code(name: str, kk: str, ru: str, en: str, channels: frozenset[Channel] = _BY_SMS) -> Template:
    """The code first, so that it is seen on a locked phone's first line, then what it is for."""
    said = {}
    for language, what, tail in (
        ("kk", kk, "{minutes} мин жарамды. Ешкімге айтпаңыз, бізге де."),
        ("ru", ru, "Действует {minutes} мин. Не сообщайте никому, даже нам."),
        ("en", en, "Valid for {minutes} min. Tell nobody, not even us."),
    ):
        text = f"{{code}} — {what}. {tail}"
        sms = text if Channel.SMS in channels else ""
        said[language] = Said(subject=what[:1].upper() + what[1:], text=text, sms=sms)
    return Template(name, channels, _CODE, said, secret="code")  # noqa: S106 - the name of the parameter


SECRETS: tuple[Template, ...] = (
    _code("one_time_code", "бір реттік код", "одноразовый код", "one-time code"),
    _code("registration_code", "тіркелу коды", "код регистрации", "registration code"),
    _code("sign_in_code", "кіру коды", "код для входа", "sign-in code"),
    _code("operation_code", "операцияны растау коды", "код подтверждения операции", "code to confirm the operation"),
    _code(
        "consent_to_conclude_code",
        "шарт жасасуға келісім коды",
        "код согласия на заключение договора",
        "code of consent to conclude the contract",
    ),
    _code(
        "consent_to_receive_code",
        "микрокредит алуға келісім коды",
        "код согласия на получение микрокредита",
        "code of consent to receive the microcredit",
    ),
    _code("change_phone_code", "нөмірді өзгерту коды", "код смены номера", "code to change the phone number"),
    _code("recovery_code", "кіруді қалпына келтіру коды", "код восстановления входа", "code to recover access"),
    _code("change_password_code", "құпиясөзді өзгерту коды", "код смены пароля", "code to change the password"),
    _code(
        "email_code",
        "электрондық поштаны растау коды",
        "код подтверждения электронной почты",
        "code to confirm the e-mail address",
        frozenset({Channel.EMAIL}),
    ),
)
