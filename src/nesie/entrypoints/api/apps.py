from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "nesie.entrypoints.api"
    label = "api"
