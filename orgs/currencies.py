"""Currencies by their codes of ISO 4217, and how many decimals an amount in each has."""

from typing import LiteralString

CODES: tuple[LiteralString, ...] = tuple(
    """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD
    CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD
    GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD
    KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO
    NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE
    SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND
    VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
    """.split()  # noqa: SIM905 - twelve lines are read sooner than a hundred and fifty
)
# The minor units that are not hundredths.
WITHOUT: frozenset[LiteralString] = frozenset(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split()  # noqa: SIM905 - reads better
)
THOUSANDTHS: frozenset[LiteralString] = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})


def places(currency: str) -> int:
    """Return how many decimals amounts in a currency have; two where none is chosen."""
    if currency in WITHOUT:
        return 0
    return 3 if currency in THOUSANDTHS else 2
