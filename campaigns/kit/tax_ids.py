"""Numbers under which a country's offices know an organisation."""

from typing import Any

from stdnum import get_cc_module
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError

from campaigns.kit.errors import Refused

LONGEST = 30
ALSO = {
    "AT": ("tin",), "AU": ("abn",), "CA": ("bn",), "DE": ("stnr",), "FR": ("siret", "siren"), "GH": ("tin",),
    "IT": ("codicefiscale",), "NZ": ("ird",), "US": ("ein",), "ZA": ("tin",),
}  # fmt: skip
"""What else than VAT an organisation may be known by there."""


class BadTaxId(Refused):
    """This is no tax number of that country: its length or its check digit does not fit. You may leave it empty."""

    field = "tax_id"


def tax_id(text: str, country: str) -> str:
    """The number in one spelling, in the EU with its country before it; as typed where we know no rule for a country.

    Raises BadTaxId.
    """
    typed = " ".join(text.split())
    if len(typed) > LONGEST or not typed.isprintable():
        raise BadTaxId()
    rules = _rules(country)
    if not typed or not rules:
        return typed
    for rule in rules:
        try:
            return str(rule(typed))
        except ValidationError:
            continue
    raise BadTaxId()


def _rules(country: str) -> list[Any]:
    if country.lower() in eu_vat.MEMBER_STATES:
        prefix = {"GR": "EL"}.get(country, country)
        vat = [lambda typed: eu_vat.validate(typed if typed.upper().startswith(prefix) else prefix + typed)]
    else:
        found = get_cc_module(country.lower(), "vat")
        vat = [found.validate] if found else []
    others = [get_cc_module(country.lower(), name) for name in ALSO.get(country, ())]
    return vat + [module.validate for module in others if module]
