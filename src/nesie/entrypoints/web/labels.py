"""The reader's words for codes: statuses, kinds, reasons. English here, the other languages in the catalogues."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

KINDS: dict[str, dict[str, str]] = {
    "method": {
        "annuity": _("Annuity"),
        "differentiated": _("Differentiated"),
        "bullet": _("All at the end"),
        "fixed_payment": _("Round payments"),
    },
    "method_words": {
        "annuity": _("Equal payments each time."),
        "differentiated": _("Equal parts of the principal: payments grow smaller."),
        "bullet": _("Interest on the way, the principal with the last payment."),
        "fixed_payment": _("Payments rounded up; the last one is smaller."),
    },
    "unit": {"days": _("days"), "weeks": _("weeks"), "months": _("months")},
    "application": {
        "submitted": _("Received"),
        "screening": _("Being checked"),
        "held": _("Waiting for an answer"),
        "review": _("Considered by an officer"),
        "declined": _("Declined"),
        "approved": _("Approved"),
        "offered": _("Choose a schedule"),
        "chosen": _("Schedule chosen"),
        "expired": _("Term is over"),
        "cancelled": _("Withdrawn"),
    },
    "contract": {
        "drafted": _("To be signed"),
        "signed": _("Signed"),
        "paying": _("Being paid out"),
        "disbursed": _("Paid out"),
        "cancelled": _("Cancelled"),
    },
    "loan": {"active": _("Active"), "closed": _("Repaid")},
    "instalment": {"paid": _("Paid"), "overdue": _("Overdue"), "due": _("Due today"), "ahead": _("Ahead")},
    "client": {"active": _("Active client"), "blocked": _("Blocked"), "closed": _("Closed")},
    "document": {
        "id_card": _("Identity card"),
        "passport": _("Passport"),
        "residence_permit": _("Residence permit"),
        "birth_certificate": _("Birth certificate"),
    },
    "difference": {
        "surname": _("Surname"),
        "given_name": _("Given name"),
        "patronymic": _("Patronymic"),
        "birth_date": _("Date of birth"),
        "document_number": _("Document number"),
        "document_term": _("Validity term of the document"),
        "document_invalid": _("The document is not in force"),
        "photo": _("Photo"),
        "unknown_person": _("The registry knows no person with this IIN"),
        "deceased": _("The person is deceased"),
    },
    "purpose": {
        "personal_needs": _("Personal needs"),
        "household": _("Home and household"),
        "education": _("Education"),
        "health": _("Health"),
        "other": _("Something else"),
    },
    "disbursement": {
        "bank_account": _("To a bank account"),
        "card": _("To a bank card"),
        "cash_desk": _("Cash at the cash desk"),
        "terminal": _("Cash at a terminal"),
        "merchant": _("To a seller"),
    },
    "channel": {
        "web": _("Web"),
        "mobile": _("Mobile application"),
        "terminal": _("Terminal"),
        "api": _("API"),
        "job": _("System"),
        "cli": _("Command line"),
        "webhook": _("Outside system"),
    },
    "direction": {"from_client": _("From the client"), "to_client": _("From the lender")},
    "rules": {
        "granting_rules": _("Rules of granting microcredits"),
        "rights_and_duties": _("Rights and duties"),
    },
    "outcome": {"done": _("Done"), "refused": _("Refused")},
    "decision": {
        "approve": _("Passed"),
        "review": _("To be reviewed"),
        "hold": _("Not known"),
        "decline": _("Not passed"),
    },
    "message": {
        "intended": _("To be sent"),
        "sending": _("Being sent"),
        "awaited": _("Answer awaited"),
        "answered": _("Answered"),
        "failed": _("Refused by the receiver"),
        "unknown": _("Fate unknown"),
        "dead": _("Given up, waits for a person"),
        "abandoned": _("Abandoned"),
    },
    "destination": {
        "sms": _("SMS"),
        "email": _("E-mail"),
        "bank": _("Bank"),
        "coid": _("Identification centre"),
        "person_registry": _("State registry"),
        "bureau": _("Credit bureau"),
        "lists": _("Lists"),
        "voluntary_refusal": _("Voluntary refusals"),
    },
    "simulator": {
        "messages": _("SMS and e-mail"),
        "bank": _("Bank"),
        "coid": _("Identification centre"),
        "registry": _("State registry"),
        "ncalayer": _("NCALayer emulator"),
        "pki": _("Certification authority"),
        "bureau": _("Credit bureau"),
        "afm": _("Financial monitoring lists"),
    },
    "approval": {
        "requested": _("Waits"),
        "approved": _("Approved"),
        "rejected": _("Rejected"),
        "used": _("Used"),
    },
    "certainty": {
        "verified": _("read in the official text"),
        "reported": _("reported by the press"),
        "derived": _("derived from other values"),
        "recalled": _("from memory"),
        "unknown": _("not known"),
        "set": _("set by the lender"),
    },
    "staff": {"invited": _("Invited"), "active": _("Active"), "blocked": _("Blocked")},
    "role": {
        "operator": _("Operator"),
        "credit_officer": _("Credit officer"),
        "cashier": _("Cashier"),
        "risk_officer": _("Risk officer"),
        "compliance_officer": _("Compliance officer"),
        "administrator": _("Administrator"),
        "auditor": _("Auditor"),
    },
    "kind": {
        "registration_statement": _("Application for registration"),
        "contract": _("Microcredit contract"),
        "consent_to_conclude": _("Consent to conclude the contract"),
        "consent_to_receive": _("Consent to receive the money"),
        "payment_schedule": _("Schedule"),
        "closing_statement": _("Certificate of full repayment"),
        "delivery_confirmation": _("Confirmation of delivery"),
        "delivery_confirmation_signature": _("Lender's signature of a confirmation"),
        "portrait": _("Photo"),
        "loan_statement": _("Statement of the loan"),
        "identification_cms": _("Electronic signature"),
        "identification_certificates": _("Certificates of the signature"),
        "identification_ocsp": _("State of the certificate, answered by the authority"),
        "identification_crl": _("List of revoked certificates"),
        "identification_stamp": _("Time stamp of the signature"),
        "identification_verdict": _("Verdict on the signature"),
        "identification_coid_result": _("Result of the identification centre"),
        "identification_coid_photo": _("Photo taken by the identification centre"),
        "bureau_report": _("Report of the credit bureau"),
        "voluntary_refusal": _("Answer on voluntary refusal of loans"),
        "sanctions_list": _("List of the financial monitoring"),
        "state_record": _("Record of the state registry"),
        "letter": _("Letter"),
        "letter_attachment": _("Attachment of a letter"),
    },
    "entry": {
        "capital.contributed": _("Capital contributed"),
        "payments.disbursed": _("Paid out to the client"),
        "payments.received": _("Received from the bank"),
        "payments.identified": _("Receipt identified"),
        "loan.opened": _("Loan opened"),
        "loan.day_accrued": _("Accrued for the day"),
        "loan.receipt_allocated": _("Receipt allocated"),
        "loan.credit_used": _("Client's credit used"),
    },
    "account": {
        "1020.10": _("Loans paid out, not yet opened"),
        "1030.10": _("Money on the lender's bank account"),
        "1110.10": _("Principal of loans granted"),
        "1270.10": _("Interest accrued on loans"),
        "1280.10": _("Penalties accrued on loans"),
        "3390.10": _("Receipts not yet allocated"),
        "3390.90": _("Money whose meaning is being found out"),
        "3510.10": _("Money of clients held against their loans"),
        "5030.10": _("Charter capital"),
        "6110.10": _("Income from interest on loans"),
        "6280.10": _("Income from penalties"),
    },
    "officer_reason": {
        "facts_confirmed": _("The facts are confirmed."),
        "facts_not_confirmed": _("The facts could not be confirmed."),
        "risk_acceptable": _("The risk is acceptable."),
        "risk_too_high": _("The risk is too high."),
        "checks_impossible": _("The checks could not be made."),
    },
    "review_decision": {"reopen": _("Let the applicant correct it"), "refuse": _("Refuse")},
    "ground": {
        "data_mistyped": _("Data mistyped"),
        "record_outdated": _("The state record is outdated"),
        "document_invalid": _("The document is not in force"),
        "another_person": _("It is another person"),
    },
    "risk": {"low": _("Low"), "medium": _("Medium"), "high": _("High")},
    "diligence": {
        "recorded_at": _("Recorded"),
        "identified": _("Identified"),
        "politically_exposed": _("Public official"),
        "beneficial_owner_self": _("Acts for himself or herself"),
        "purpose": _("Purpose"),
        "risk": _("Risk level"),
        "risk_reasons": _("Grounds of the risk level"),
        "risk_accepted": _("Risk accepted"),
    },
}

_GOOD = ("approved", "offered", "signed", "disbursed", "paid", "done", "approve", "answered", "verified", "used")
_GOING = ("submitted", "screening", "chosen", "drafted", "paying", "intended", "sending", "awaited", "requested", "due")
_CARE = ("held", "review", "hold", "unknown", "dead", "invited", "reported", "recalled")
_BAD = ("declined", "overdue", "refused", "decline", "failed", "blocked", "rejected")
TONES: dict[str, str] = {
    **dict.fromkeys(_GOOD, "green"),
    **dict.fromkeys(_GOING, "blue"),
    **dict.fromkeys(_CARE, "orange"),
    **dict.fromkeys(_BAD, "red"),
    "active": "green",
}


def label(code: str, kind: str = "") -> str:
    """The word for a code of a kind; the code with spaces when nobody has named it."""
    word = KINDS.get(kind, {}).get(code)
    return gettext(word) if word else code.replace("_", " ").capitalize()


def tone(code: str) -> str:
    """The colour class of a code: green, blue, orange, red or empty."""
    return TONES.get(code, "")
