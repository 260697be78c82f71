from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "nesie.foundation.documents"
    label = "documents"
