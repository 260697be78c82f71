"""Who may run the use cases of this room (clause 27)."""

from __future__ import annotations

from nesie.kernel.actor import CASE_ROLES, Role

_APPLICANT = frozenset({Role.GUEST})
_DESK = frozenset({Role.OPERATOR, Role.CREDIT_OFFICER, Role.COMPLIANCE_OFFICER})
PERMITTED: dict[str, frozenset[Role]] = {
    "start_registration": _APPLICANT,
    "confirm_phone": _APPLICANT,
    "save_person": _APPLICANT,
    "save_entity": _APPLICANT,
    "save_document": _APPLICANT,
    "save_photo": _APPLICANT,
    "accept_consents": _APPLICANT,
    "request_state_check": _APPLICANT,
    "record_state_check": frozenset({Role.GUEST, Role.WORKER}),
    "prepare_statement": _APPLICANT,
    "begin_biometric_step": _APPLICANT,
    "begin_liveness_step": _APPLICANT,
    "record_biometric_step": _APPLICANT,
    "begin_eds_step": _APPLICANT,
    "record_eds_step": _APPLICANT,
    "complete_registration": _APPLICANT,
    "review_registration": _DESK,
    "add_account": frozenset({Role.CLIENT}),
    "propose_phone_change": frozenset({Role.CLIENT}),
    "propose_account_change": frozenset({Role.CLIENT}),
    "propose_document_change": frozenset({Role.CLIENT}),
    "confirm_new_phone": frozenset({Role.CLIENT}),
    "request_document_check": frozenset({Role.CLIENT}),
    "record_document_check": frozenset({Role.CLIENT, Role.WORKER}),
    "agree_to_details_change": frozenset({Role.CLIENT}),
    "cancel_details_change": frozenset({Role.CLIENT, Role.COMPLIANCE_OFFICER, Role.RISK_OFFICER}),
    "cancel_by_link": frozenset({Role.GUEST, Role.CLIENT}),
    "apply_details_change": frozenset({Role.WORKER}),
    "expire_details_change": frozenset({Role.WORKER}),
    "warn_of_document": frozenset({Role.WORKER}),
    "flag_leak": frozenset({Role.COMPLIANCE_OFFICER, Role.RISK_OFFICER}),
    "record_phone_owner": frozenset({Role.WORKER}),
    "renew_identification": frozenset({Role.CLIENT}),
    "acknowledge": frozenset({Role.CLIENT}),
    "send_letter": frozenset({Role.CLIENT}),
    "reply_letter": _DESK | {Role.CASHIER},
    "read_letter": CASE_ROLES | {Role.CLIENT},
    "block_client": frozenset({Role.COMPLIANCE_OFFICER, Role.RISK_OFFICER}),
    "unblock_client": frozenset({Role.COMPLIANCE_OFFICER, Role.RISK_OFFICER}),
}
FOUR_EYES: frozenset[str] = frozenset({"unblock_client"})
# Staff who may see personal data of clients (clause 27).
READERS = CASE_ROLES
# Staff to whom clients' letters are addressed: reading by anybody else leaves a letter unread.
CORRESPONDENTS = PERMITTED["reply_letter"]
