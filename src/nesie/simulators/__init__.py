"""The outside world on loopback: one runnable program per outside system, faults on order."""
