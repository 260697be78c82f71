"""Checking a detached signature as its receiver would: by the openssl program, with no network and none of our code."""

from __future__ import annotations

import subprocess
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding


def openssl_accepts(content: bytes, signature: bytes, certificate: bytes, folder: Path) -> bool:
    """True when `openssl cms -verify` does."""
    files = {"content.pdf": content, "content.pdf.p7s": signature}
    files["lender.pem"] = x509.load_der_x509_certificate(certificate).public_bytes(Encoding.PEM)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    command = "openssl cms -verify -binary -inform DER -in content.pdf.p7s -content content.pdf"
    command += " -CAfile lender.pem -purpose any -no_check_time -out /dev/null"
    return subprocess.run(command.split(), cwd=folder, capture_output=True, check=False).returncode == 0
