"""The OpenSSL engine `gost`, where the machine has it: the state standard's arithmetic at the speed of C.

Debian: `apt install libengine-gost-openssl`. Nothing of the process's OpenSSL is changed but that its tables know the
engine's key format. Verdicts are those of `kernel.gost` (tests compare both), only sooner.
"""

from __future__ import annotations

import ctypes
from ctypes import POINTER, byref, c_char_p, c_int, c_long, c_size_t, c_uint, c_uint64, c_void_p

from nesie.foundation.identification.rules.eds.write import element, octets, oid, sequence
from nesie.kernel import gost

_INIT_ENGINES = 0x00000400 | 0x00000200  # OPENSSL_INIT_ENGINE_DYNAMIC, _OPENSSL
_LIBRARY = "libcrypto.so.3"  # the one the engine of the same system is made for
# Russia's names of the same curve and digest: the engine knows no others.
_KEY_NAMES = sequence(oid("1.2.643.7.1.1.1.2"), sequence(oid("1.2.643.7.1.2.1.2.1"), oid("1.2.643.7.1.1.2.3")))


class EngineMissing(Exception):
    """This machine has no OpenSSL with the engine."""


def engine_or_plain() -> gost.Backend:
    """The engine, or plain Python on a machine without it."""
    try:
        return GostEngine()
    except EngineMissing:
        return gost.Plain()


class GostEngine:
    """A `kernel.gost.Backend`. Curves the engine is not asked for are left to plain Python."""

    name = "openssl"

    def __init__(self) -> None:
        """Load the engine; EngineMissing when that cannot be."""
        self._crypto = _library()
        self._engine = self._load()
        self._long, self._short = (self._digest_method(name) for name in (b"md_gost12_512", b"md_gost12_256"))
        self._plain = gost.Plain()
        self._prove()

    def streebog512(self, data: bytes) -> bytes:
        """As the protocol says."""
        return self._digest(data, self._long, 64)

    def streebog256(self, data: bytes) -> bytes:
        """As the protocol says."""
        return self._digest(data, self._short, 32)

    def valid(self, curve: gost.Curve, key: gost.Point, digest: bytes, signature: bytes) -> bool:
        """As the protocol says."""
        asked = curve is gost.TC26_512_A and len(digest) == curve.size
        if not asked or int.from_bytes(digest, "little") % curve.q == 0:
            return self._plain.valid(curve, key, digest, signature)
        if len(signature) != 2 * curve.size or not curve.holds(key):
            return False
        named = sequence(_KEY_NAMES, element(0x03, b"\x00" + octets(gost.curves.packed(curve, key))))
        return self._verified(named, digest, signature[::-1])

    def _verified(self, key: bytes, digest: bytes, signature: bytes) -> bool:
        crypto = self._crypto
        loaded = crypto.d2i_PUBKEY(None, byref(c_char_p(key)), len(key))
        if not loaded:
            crypto.ERR_clear_error()
            return False
        context = crypto.EVP_PKEY_CTX_new(loaded, self._engine)
        try:
            ready = bool(context) and crypto.EVP_PKEY_verify_init(context) == 1
            done = ready and crypto.EVP_PKEY_verify(context, signature, len(signature), digest, len(digest)) == 1
        finally:
            crypto.EVP_PKEY_CTX_free(context)
            crypto.EVP_PKEY_free(loaded)
            crypto.ERR_clear_error()
        return done

    def _digest(self, data: bytes, method: int, size: int) -> bytes:
        found, length = ctypes.create_string_buffer(size), c_uint(0)
        told = self._crypto.EVP_Digest(data, len(data), found, byref(length), method, self._engine)
        if told != 1 or length.value != size:
            raise EngineMissing("the engine failed at a digest")
        return found.raw

    def _load(self) -> int:
        crypto = self._crypto
        crypto.OPENSSL_init_crypto(_INIT_ENGINES, None)
        engine = crypto.ENGINE_by_id(b"gost")
        if not engine or crypto.ENGINE_init(engine) != 1 or crypto.ENGINE_register_pkey_asn1_meths(engine) != 1:
            crypto.ERR_clear_error()
            raise EngineMissing("OpenSSL has no engine `gost`")
        return int(engine)

    def _digest_method(self, name: bytes) -> int:
        method = self._crypto.ENGINE_get_digest(self._engine, self._crypto.OBJ_sn2nid(name))
        if not method:
            raise EngineMissing(f"the engine has no {name.decode()}")
        return int(method)

    def _prove(self) -> None:
        """A known answer before it is trusted: an engine of another make may count otherwise."""
        text = b"Nesie"
        private = 0x0123456789ABCDEF
        key = gost.curves.multiple(gost.TC26_512_A, private)
        digest = self._plain.streebog512(text)
        made = gost.curves.sign(gost.TC26_512_A, private, digest)
        other = bytes([made[0] ^ 1]) + made[1:]
        same = self.streebog512(text) == digest and self.streebog256(text) == self._plain.streebog256(text)
        good, bad = (self.valid(gost.TC26_512_A, key, digest, each) for each in (made, other))
        if not same or not good or bad:
            raise EngineMissing("the engine counts otherwise than the standard")


def _library() -> ctypes.CDLL:
    try:
        crypto = ctypes.CDLL(_LIBRARY)
        _declare(crypto)
    except (OSError, AttributeError) as error:
        raise EngineMissing(_LIBRARY) from error
    return crypto


def _declare(crypto: ctypes.CDLL) -> None:
    """The functions used, with their types. AttributeError where one is not there (a build without engines)."""
    known: dict[str, tuple[type | None, list[type]]] = {
        "OPENSSL_init_crypto": (c_int, [c_uint64, c_void_p]),
        "ENGINE_by_id": (c_void_p, [c_char_p]),
        "ENGINE_init": (c_int, [c_void_p]),
        "ENGINE_register_pkey_asn1_meths": (c_int, [c_void_p]),
        "ENGINE_get_digest": (c_void_p, [c_void_p, c_int]),
        "OBJ_sn2nid": (c_int, [c_char_p]),
        "EVP_Digest": (c_int, [c_char_p, c_size_t, c_char_p, POINTER(c_uint), c_void_p, c_void_p]),
        "d2i_PUBKEY": (c_void_p, [c_void_p, POINTER(c_char_p), c_long]),
        "EVP_PKEY_CTX_new": (c_void_p, [c_void_p, c_void_p]),
        "EVP_PKEY_verify_init": (c_int, [c_void_p]),
        "EVP_PKEY_verify": (c_int, [c_void_p, c_char_p, c_size_t, c_char_p, c_size_t]),
        "EVP_PKEY_CTX_free": (None, [c_void_p]),
        "EVP_PKEY_free": (None, [c_void_p]),
        "ERR_clear_error": (None, []),
    }
    for name, (result, arguments) in known.items():
        function = getattr(crypto, name)
        function.restype, function.argtypes = result, arguments
