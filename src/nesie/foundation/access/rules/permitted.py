"""Who may run which use case of this room."""

from __future__ import annotations

from nesie.foundation.access.rules.emergency import WATCHERS
from nesie.kernel.actor import STAFF_ROLES, Role

_DECIDERS = STAFF_ROLES - {Role.AUDITOR}
PERMITTED: dict[str, frozenset[Role]] = {
    "issue_code": frozenset({Role.GUEST, Role.CLIENT}),
    "check_code": frozenset({Role.GUEST, Role.CLIENT}),
    "send_sign_in_code": frozenset({Role.GUEST}),
    "sign_in_client": frozenset({Role.GUEST}),
    "sign_in_staff": frozenset({Role.GUEST}),
    "ask_eds": frozenset({Role.GUEST}),
    "sign_in_with_eds": frozenset({Role.GUEST}),
    "recover_with_eds": frozenset({Role.GUEST}),
    "send_recovery_code": frozenset({Role.GUEST}),
    "begin_recovery": frozenset({Role.GUEST}),
    "begin_recovery_biometric": frozenset({Role.GUEST}),
    "recover_with_coid": frozenset({Role.GUEST}),
    "cancel_recovery": frozenset({Role.GUEST, Role.CLIENT}),
    "begin_totp": frozenset({Role.CLIENT}),
    "confirm_totp": frozenset({Role.CLIENT}),
    "remove_totp": frozenset({Role.CLIENT}),
    "begin_passkey": frozenset({Role.CLIENT, *STAFF_ROLES}),
    "add_passkey": frozenset({Role.CLIENT, *STAFF_ROLES}),
    "remove_passkey": frozenset({Role.CLIENT, *STAFF_ROLES}),
    "begin_passkey_sign_in": frozenset({Role.GUEST}),
    "sign_in_with_passkey": frozenset({Role.GUEST}),
    "begin_device_enrolment": frozenset({Role.GUEST}),
    "enrol_device": frozenset({Role.CLIENT}),
    "revoke_device": frozenset({Role.CLIENT, Role.OPERATOR, Role.COMPLIANCE_OFFICER, Role.RISK_OFFICER}),
    "sign_out_session": frozenset({Role.CLIENT, *STAFF_ROLES}),
    "sign_out_person": frozenset({Role.ADMINISTRATOR, Role.OPERATOR, Role.COMPLIANCE_OFFICER, Role.RISK_OFFICER}),
    "sign_out": frozenset({Role.GUEST, Role.CLIENT, *STAFF_ROLES}),
    # A staff member whose password has aged is a guest with an id until it is changed.
    "set_password": frozenset({Role.GUEST, Role.CLIENT, *STAFF_ROLES}),
    "bootstrap_staff": frozenset({Role.WORKER}),
    "create_staff": frozenset({Role.ADMINISTRATOR}),
    "invite_staff_again": frozenset({Role.ADMINISTRATOR}),
    "begin_enrolment": frozenset({Role.GUEST, Role.WORKER}),
    "complete_enrolment": frozenset({Role.GUEST, Role.WORKER}),
    "block_staff": frozenset({Role.ADMINISTRATOR}),
    "change_staff_roles": frozenset({Role.ADMINISTRATOR}),
    "set_own_contacts": STAFF_ROLES,
    # Breaking the glass: who seals and who reviews is never who breaks.
    "seal_emergency": WATCHERS,
    "withdraw_seal": WATCHERS,
    "break_glass": STAFF_ROLES,
    "end_emergency": STAFF_ROLES,
    "review_emergency": WATCHERS | {Role.RISK_OFFICER},
    "request_approval": _DECIDERS,
    "approve_request": _DECIDERS,
    "reject_request": _DECIDERS,
}
# Whoever could make accounts, or take them over, alone could be both pairs of eyes.
FOUR_EYES: frozenset[str] = frozenset({"create_staff", "invite_staff_again", "change_staff_roles", "seal_emergency"})
