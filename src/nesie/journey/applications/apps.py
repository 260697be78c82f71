from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "nesie.journey.applications"
    label = "applications"
