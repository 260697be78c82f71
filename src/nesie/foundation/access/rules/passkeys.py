"""Passkeys (WebAuthn level 2): what the browser is asked for, and whether its answer holds.

A passkey is bound to our name by the browser itself, so that a page that only looks like ours gets nothing, and it
asks its holder for a finger, a face or a PIN each time: what one has and what one is or knows at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from uuid import UUID

import webauthn
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

MAX_ANSWER_CHARACTERS = 64 * 1024


@dataclass(frozen=True, slots=True)
class Site:
    """Under which name and address this page is served: a passkey made for one opens no other."""

    host: str
    origin: str
    name: str
    apps: tuple[str, ...] = ()  # how the lender's own applications name themselves, where they are let in

    @property
    def origins(self) -> list[str]:
        """From where an answer may come."""
        return [self.origin, *self.apps]

    @property
    def takes_passkeys(self) -> bool:
        """Browsers make passkeys for names only, never for a bare address."""
        try:
            ip_address(self.host.strip("[]"))
        except ValueError:
            return True
        return False


@dataclass(frozen=True, slots=True)
class Credential:
    """A passkey as kept: nothing of it is secret."""

    id: bytes = field(repr=False)
    public_key: bytes = field(repr=False)
    sign_count: int


class PasskeyWrong(Exception):
    """The answer does not hold: another challenge, name, key, or no person before the device."""


def creation_options(site: Site, challenge: bytes, *, holder: UUID, name: str, known: tuple[bytes, ...]) -> str:
    """What the browser is handed to make a passkey (JSON). `name` is what the holder sees in their key store."""
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_id=holder.bytes,
        user_name=name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
    )
    return webauthn.options_to_json(options)


def request_options(site: Site, challenge: bytes) -> str:
    """What the browser is handed to sign in (JSON). It names no passkey: nobody has said yet who they are."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host, challenge=challenge, user_verification=UserVerificationRequirement.REQUIRED
    )
    return webauthn.options_to_json(options)


def made(answer: str, site: Site, challenge: bytes) -> Credential:
    """The passkey that a browser has made; PasskeyWrong."""
    try:
        done = webauthn.verify_registration_response(
            credential=_sized(answer),
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origins,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise PasskeyWrong from error
    return Credential(done.credential_id, done.credential_public_key, done.sign_count)


def named(answer: str) -> bytes:
    """Which passkey an answer is of, not yet judged; PasskeyWrong."""
    try:
        return webauthn.helpers.parse_authentication_credential_json(_sized(answer)).raw_id
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise PasskeyWrong from error


def answered(answer: str, site: Site, challenge: bytes, credential: Credential) -> int:
    """The passkey's counter after a sign-in that holds; PasskeyWrong, also when the counter went back (a copy)."""
    try:
        done = webauthn.verify_authentication_response(
            credential=_sized(answer),
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origins,
            credential_public_key=credential.public_key,
            credential_current_sign_count=credential.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise PasskeyWrong from error
    return done.new_sign_count


def _sized(answer: str) -> str:
    if not answer or len(answer) > MAX_ANSWER_CHARACTERS:
        raise ValueError("an answer of no or of too great length")
    return answer
