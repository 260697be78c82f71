"""Nesie: microcredits granted electronically, as the Rules of Resolution No. 217 demand."""

__version__ = "0.1.0"
