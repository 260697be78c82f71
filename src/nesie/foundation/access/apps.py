from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "nesie.foundation.access"
    label = "access"
