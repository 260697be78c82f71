from django.apps import AppConfig


class NesieConfig(AppConfig):
    """Wires adapters to gateways once every room is loaded."""

    name = "nesie.config"
    label = "nesie"

    def ready(self) -> None:
        from nesie.config import wiring

        wiring.connect()
