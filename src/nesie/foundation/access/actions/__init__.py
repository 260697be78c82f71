"""Use cases of sign-in, sessions, staff accounts and approvals, and the plain functions other rooms join."""

from nesie.foundation.access.actions.accept_proof import accept_proof
from nesie.foundation.access.actions.add_passkey import add_passkey
from nesie.foundation.access.actions.approve_request import approve_request
from nesie.foundation.access.actions.ask_eds import ask_eds
from nesie.foundation.access.actions.begin_device_enrolment import begin_device_enrolment
from nesie.foundation.access.actions.begin_enrolment import begin_enrolment
from nesie.foundation.access.actions.begin_passkey import begin_passkey
from nesie.foundation.access.actions.begin_passkey_sign_in import begin_passkey_sign_in
from nesie.foundation.access.actions.begin_recovery import begin_recovery
from nesie.foundation.access.actions.begin_recovery_biometric import begin_recovery_biometric
from nesie.foundation.access.actions.begin_totp import begin_totp
from nesie.foundation.access.actions.block_staff import block_staff
from nesie.foundation.access.actions.bootstrap_staff import bootstrap_staff
from nesie.foundation.access.actions.break_glass import break_glass
from nesie.foundation.access.actions.cancel_recovery import cancel_recovery
from nesie.foundation.access.actions.change_staff_roles import change_staff_roles
from nesie.foundation.access.actions.check_code import check_code
from nesie.foundation.access.actions.complete_enrolment import complete_enrolment
from nesie.foundation.access.actions.confirm_totp import confirm_totp
from nesie.foundation.access.actions.create_staff import create_staff
from nesie.foundation.access.actions.end_emergency import end_emergency
from nesie.foundation.access.actions.enrol_device import enrol_device
from nesie.foundation.access.actions.invite_staff_again import invite_staff_again
from nesie.foundation.access.actions.issue_code import issue_code
from nesie.foundation.access.actions.open_client_login import block_client_login, open_client_login
from nesie.foundation.access.actions.open_session import (
    end_session,
    end_sessions_of,
    open_guest_session,
    open_session,
    touch_session,
)
from nesie.foundation.access.actions.recover_with_coid import recover_with_coid
from nesie.foundation.access.actions.recover_with_eds import recover_with_eds
from nesie.foundation.access.actions.reject_request import reject_request
from nesie.foundation.access.actions.remove_passkey import remove_passkey
from nesie.foundation.access.actions.remove_totp import remove_totp
from nesie.foundation.access.actions.request_approval import request_approval
from nesie.foundation.access.actions.review_emergency import review_emergency
from nesie.foundation.access.actions.revoke_device import revoke_device
from nesie.foundation.access.actions.seal_emergency import seal_emergency
from nesie.foundation.access.actions.send_recovery_code import send_recovery_code
from nesie.foundation.access.actions.send_sign_in_code import send_sign_in_code
from nesie.foundation.access.actions.set_own_contacts import set_own_contacts
from nesie.foundation.access.actions.set_password import set_password
from nesie.foundation.access.actions.sign_in_client import sign_in_client
from nesie.foundation.access.actions.sign_in_staff import sign_in_staff
from nesie.foundation.access.actions.sign_in_with_eds import sign_in_with_eds
from nesie.foundation.access.actions.sign_in_with_passkey import sign_in_with_passkey
from nesie.foundation.access.actions.sign_out import sign_out
from nesie.foundation.access.actions.sign_out_person import sign_out_person
from nesie.foundation.access.actions.sign_out_session import sign_out_session
from nesie.foundation.access.actions.withdraw_seal import withdraw_seal

__all__ = [
    "accept_proof",
    "add_passkey",
    "approve_request",
    "ask_eds",
    "begin_device_enrolment",
    "begin_enrolment",
    "begin_passkey",
    "begin_passkey_sign_in",
    "begin_recovery",
    "begin_recovery_biometric",
    "begin_totp",
    "block_client_login",
    "block_staff",
    "bootstrap_staff",
    "break_glass",
    "cancel_recovery",
    "change_staff_roles",
    "check_code",
    "complete_enrolment",
    "confirm_totp",
    "create_staff",
    "end_emergency",
    "end_session",
    "end_sessions_of",
    "enrol_device",
    "invite_staff_again",
    "issue_code",
    "open_client_login",
    "open_guest_session",
    "open_session",
    "recover_with_coid",
    "recover_with_eds",
    "reject_request",
    "remove_passkey",
    "remove_totp",
    "request_approval",
    "review_emergency",
    "revoke_device",
    "seal_emergency",
    "send_recovery_code",
    "send_sign_in_code",
    "set_own_contacts",
    "set_password",
    "sign_in_client",
    "sign_in_staff",
    "sign_in_with_eds",
    "sign_in_with_passkey",
    "sign_out",
    "sign_out_person",
    "sign_out_session",
    "touch_session",
    "withdraw_seal",
]
