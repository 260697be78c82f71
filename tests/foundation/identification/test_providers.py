"""Who looks at the face: the centre, or the lender's own devices."""

from __future__ import annotations

from itertools import product

import pytest

from nesie.foundation.identification.rules import providers
from nesie.foundation.identification.rules.providers import Device, OwnDeviceNotFor, Provider, provider_for


def chosen(**changed: object) -> Provider:
    usual: dict[str, object] = {
        "configured": Provider.OWN,
        "registering": False,
        "enrolled": True,
        "device": Device.LENDER,
        "client_device_serves": False,
    }
    return provider_for(**(usual | changed))  # type: ignore[arg-type]  # named by the tests


@pytest.mark.clause("6-biometric", "9-conclude")
def test_a_client_registered_by_own_devices_is_seen_by_them() -> None:
    assert chosen() is Provider.OWN


@pytest.mark.clause("6-biometric", "9-conclude")
def test_a_client_registered_by_the_centre_goes_to_the_centre() -> None:
    assert chosen(enrolled=False) is Provider.COID


@pytest.mark.clause("6-biometric")
def test_an_applicant_is_registered_by_what_is_configured() -> None:
    assert chosen(registering=True, enrolled=False) is Provider.OWN
    assert chosen(registering=True, enrolled=False, configured=Provider.COID) is Provider.COID


@pytest.mark.clause("6-biometric")
def test_the_clients_own_phone_is_no_device_of_the_lender_until_the_parameter_says_so() -> None:
    assert chosen(device=Device.CLIENT) is Provider.COID
    assert chosen(device=Device.CLIENT, client_device_serves=True) is Provider.OWN


@pytest.mark.clause("6-biometric")
def test_with_the_centre_configured_nobody_is_seen_by_own_devices() -> None:
    for registering, enrolled, device, serves in product((True, False), (True, False), Device, (True, False)):
        assert (
            chosen(
                configured=Provider.COID,
                registering=registering,
                enrolled=enrolled,
                device=device,
                client_device_serves=serves,
            )
            is Provider.COID
        )


def test_what_is_not_for_own_devices_is_refused_there() -> None:
    providers.check_own_device(Provider.OWN)
    with pytest.raises(OwnDeviceNotFor):
        providers.check_own_device(Provider.COID)
