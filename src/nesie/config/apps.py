from django.apps import AppConfig


class NesieConfig(AppConfig):
    """Wires adapters to gateways once every room is loaded."""

    name = "nesie.config"
    label = "nesie"

    def ready(self) -> None:
        from django.conf import settings

        from nesie.config import logs, wiring

        logs.configure(settings.NESIE_LOG_LEVEL)
        wiring.connect()
