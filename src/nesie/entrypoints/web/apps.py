from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "nesie.entrypoints.web"
    label = "web"
