"""Who looks at the face: the identification centre, or the lender's own devices (clauses 6-biometric, 9-conclude)."""

from __future__ import annotations

from enum import StrEnum

from nesie.kernel.refused import Refused, noop

CLIENT_PHONE_CODE = "own_device_is_clients_phone"  # the dated parameter


class Provider(StrEnum):
    """By whom a person is recognised."""

    COID = "coid"
    OWN = "own"


class Device(StrEnum):
    """On whose device the camera is."""

    LENDER = "lender"  # a terminal or a tablet in a branch, entered in the list of our devices
    CLIENT = "client"


class OwnDeviceNotFor(Refused):
    """This person, or this device, is not for identification on the lender's own devices."""

    message = noop("Identification on this device is not possible. Use the identification centre.")


def provider_for(
    *, configured: Provider, registering: bool, enrolled: bool, device: Device, client_device_serves: bool
) -> Provider:
    """Which provider identifies now.

    Own devices match only against what they themselves took at registration: whoever was registered through the
    centre goes there each time. Whether a client's own phone is a device of the lender is not confirmed:
    `client_device_serves` is the dated parameter, off until the authorised body or counsel says otherwise.
    """
    ours = device is Device.LENDER or client_device_serves
    if configured is Provider.OWN and ours and (registering or enrolled):
        return Provider.OWN
    return Provider.COID


def check_own_device(provider: Provider) -> None:
    """OwnDeviceNotFor unless the own devices are the ones to look."""
    if provider is not Provider.OWN:
        raise OwnDeviceNotFor
