from django.apps import AppConfig


class ClientsConfig(AppConfig):
    name = "nesie.journey.clients"
    label = "clients"
