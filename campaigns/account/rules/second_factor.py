"""The second factor: a code from an app (TOTP, RFC 6238), and ten codes on paper for when the app is lost."""

import pyotp
import sqlalchemy as sa
from cryptography.fernet import InvalidToken

from campaigns.account import sessions
from campaigns.account.models import RecoveryCode, User
from campaigns.audit import rules as audit
from campaigns.kit import clock, crypto, db, refs
from campaigns.kit.errors import ReauthenticationNeeded, Refused
from campaigns.notice import rules as notice

STEP_SECONDS = 30
RECOVERY_CODES = 10
RECOVERY_LENGTH = 12  # 60 bits: out of reach even for whoever reads the hashes


class WrongCode(Refused):
    """This code does not fit. Codes change every 30 seconds and work once: wait for the next one and try again."""

    field = "code"


def new_secret() -> str:
    """A fresh secret, sealed, for the set-up page to carry until it is confirmed."""
    return crypto.seal(pyotp.random_base32())


def open_secret(sealed: str) -> str:
    """The secret as an app takes it, in base 32. Raises WrongCode where it is not one that we sealed."""
    try:
        return crypto.unseal(sealed)
    except InvalidToken:
        raise WrongCode("This page is no longer valid. Scan the new code and try again.") from None


def is_sealed(sealed: str | None) -> bool:
    """Whether `open_secret` would open this."""
    try:
        return bool(sealed and open_secret(sealed))
    except WrongCode:
        return False


def address_for_app(user: User, secret: str) -> str:
    """The otpauth address that an app reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name="Vouch")


def set_up(user: User, sealed: str, code: str) -> list[str]:
    """Ask for this second factor from now on; return new recovery codes, to be shown once.

    Needs a code from the app, which shows that it works, and a fresh password; a factor already there
    must have been shown. Raises WrongCode, ReauthenticationNeeded.
    """
    _require_fresh(user)
    secret = open_secret(sealed)
    step = _matching_step(secret, code)
    if step is None:
        raise WrongCode()
    user.totp_secret, user.totp_last_step, user.totp_confirmed_at = secret, step, clock.now()
    sessions.note(user, second_factor=True)
    audit.record(user, "account.second_factor_set_up", user)
    key = f"account.second_factor:{crypto.token()[:16]}"
    notice.send(user.email, "account/mail/second_factor", key=key, name=user.name)
    return _replace_recovery_codes(user)


def show(user: User, code: str) -> None:
    """Note that this session has shown the second factor: a code from the app, or an unused recovery code.

    Each works once. Raises WrongCode.
    """
    digits = code.replace(" ", "")
    works = _spend_code(user, digits) if digits.isdecimal() and len(digits) == 6 else _spend_recovery(user, code)
    if not works:
        raise WrongCode()
    sessions.note(user, second_factor=True)


def new_recovery_codes(user: User) -> list[str]:
    """Ten fresh recovery codes in place of all earlier ones. Raises ReauthenticationNeeded."""
    _require_fresh(user)
    audit.record(user, "account.recovery_codes_replaced", user)
    return _replace_recovery_codes(user)


def _require_fresh(user: User) -> None:
    if not user.reauthenticated or not user.is_authenticated:
        raise ReauthenticationNeeded("Enter your password again first.")


def _matching_step(secret: str, code: str) -> int | None:
    """The step that a code belongs to: the current one or a neighbour, for clocks that are a little off."""
    now = int(clock.now().timestamp()) // STEP_SECONDS
    totp, typed = pyotp.TOTP(secret), code.replace(" ", "")
    fitting = [step for step in (now, now - 1, now + 1) if crypto.same(totp.generate_otp(step), typed)]
    return fitting[0] if fitting else None


def _spend_code(user: User, code: str) -> bool:
    step = _matching_step(user.totp_secret, code) if user.totp_secret else None
    if step is None:
        return False
    # One statement, so that of two requests with the same code only one goes through.
    later = sa.and_(User.id == user.id, User.totp_last_step < step)
    return _changed_one(sa.update(User).where(later).values(totp_last_step=step))


def _spend_recovery(user: User, code: str) -> bool:
    digest = crypto.digest(refs.normalise_ref(code))
    unused = sa.and_(RecoveryCode.user_id == user.id, RecoveryCode.code_hash == digest, RecoveryCode.used_at.is_(None))
    spent = _changed_one(sa.update(RecoveryCode).where(unused).values(used_at=clock.now()))
    if spent:
        audit.record(user, "account.recovery_code_used", user)
    return spent


def _changed_one(update: sa.Update) -> bool:
    result = db.session.execute(update.execution_options(synchronize_session=False))
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]  # a CursorResult, as for every UPDATE


def _replace_recovery_codes(user: User) -> list[str]:
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = [refs.random_ref(RECOVERY_LENGTH) for _ in range(RECOVERY_CODES)]
    db.session.add_all([RecoveryCode(user_id=user.id, code_hash=crypto.digest(code)) for code in codes])
    return ["-".join(code[at : at + 4] for at in range(0, RECOVERY_LENGTH, 4)) for code in codes]
