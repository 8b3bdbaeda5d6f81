"""The short code that resumes an application: 60 bits, kept only as a slow hash.

A fast hash would be searched through in hours by somebody who copied the database; scrypt costs
them about 40 ms for each guess, and needs no key that could be lost or has to be rotated.
"""

import hashlib

from campaigns.kit.refs import ALPHABET, normalise_ref

LENGTH = 12
SALT = b"vouch: the code of an application"


def made_from(once: str) -> str:
    """The code of one act, so that a double click makes the same one: whoever knows `once` knows the code."""
    number = int.from_bytes(hashlib.sha256(b"code:" + once.encode()).digest(), "big")
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(LENGTH))


def grouped(code: str) -> str:
    """The code as it is written down: KQ7M-2XWP-9TRA."""
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def digest(typed: str) -> str:
    """What is stored of a code, from one typed in any case or grouping; takes about 40 ms."""
    code = normalise_ref(typed)[: 2 * LENGTH].encode()
    return hashlib.scrypt(code, salt=SALT, n=2**14, r=8, p=1, dklen=32).hex()
