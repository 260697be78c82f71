"""The web server's way in."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nesie.config.settings")
application = get_wsgi_application()


def warm() -> None:
    """Where own devices identify, their models are ready before the first frame comes."""
    from django.conf import settings

    from nesie.foundation.identification.gateways import Wiring

    if settings.NESIE_BIOMETRICS == "own":
        Wiring.faces.warm()


warm()
