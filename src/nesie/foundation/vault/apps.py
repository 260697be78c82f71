from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "nesie.foundation.vault"
    label = "vault"
