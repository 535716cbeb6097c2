"""What importers must agree on: when two spellings are one place, its code, and what its country pays in."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256

LONGEST_CODE = 63
SEVERAL = {"ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
"""Letters that are no letter with an accent to Unicode, as the sheets write them without their strokes."""

_PAID_IN = """
AED AE|AFN AF|ALL AL|AMD AM|AOA AO|ARS AR|AUD AU|AZN AZ|BAM BA|BBD BB|BDT BD|BHD BH|BIF BI|BMD BM|BND BN|BOB BO|BRL BR
BSD BS|BTN BT|BWP BW|BYN BY|BZD BZ|CAD CA|CDF CD|CHF CH LI|CLP CL|CNY CN|COP CO|CRC CR|CUP CU|CVE CV|CZK CZ|DJF DJ
DKK DK FO GL|DOP DO|DZD DZ|EGP EG|ERN ER|ETB ET|FJD FJ|GBP GB|GEL GE|GHS GH|GMD GM|GNF GN|GTQ GT|GYD GY|HKD HK|HNL HN
HTG HT|HUF HU|IDR ID|ILS IL PS|INR IN|IQD IQ|IRR IR|ISK IS|JMD JM|JOD JO|JPY JP|KES KE|KGS KG|KHR KH|KPW KP|KRW KR
KWD KW|KZT KZ|LAK LA|LBP LB|LKR LK|LRD LR|LSL LS|LYD LY|MAD MA|MDL MD|MGA MG|MKD MK|MMK MM|MNT MN|MOP MO|MRU MR|MUR MU
MVR MV|MWK MW|MXN MX|MYR MY|MZN MZ|NAD NA|NGN NG|NIO NI|NOK NO|NPR NP|NZD NZ|OMR OM|PAB PA|PEN PE|PGK PG|PHP PH|PKR PK
PLN PL|PYG PY|QAR QA|RON RO|RSD RS|RUB RU|RWF RW|SAR SA|SCR SC|SDG SD|SEK SE|SGD SG|SLE SL|SOS SO|SRD SR|SSP SS|SYP SY
SZL SZ|THB TH|TJS TJ|TMT TM|TND TN|TRY TR|TTD TT|TWD TW|TZS TZ|UAH UA|UGX UG|USD US EC PR SV TL|UYU UY|UZS UZ|VND VN
YER YE|ZAR ZA|ZMW ZM|XAF CF CG CM GA GQ TD|XOF BF BJ CI GW ML NE SN TG|VES VE
EUR AD AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MC ME MT NL PT SI SK SM VA XK
"""
CURRENCIES = {country: line.split()[0] for line in re.split(r"[|\n]", _PAID_IN.strip()) for country in line.split()[1:]}
"""By country, ISO 3166-1 alpha-2: the currency of its public books in 2026."""

COUNTRIES = {
    "albania": "AL", "austria": "AT", "belarus": "BY", "belgium": "BE", "bosnia and herzegovina": "BA",
    "bulgaria": "BG", "croatia": "HR", "cyprus": "CY", "czech republic": "CZ", "czechia": "CZ", "denmark": "DK",
    "estonia": "EE", "finland": "FI", "france": "FR", "germany": "DE", "greece": "GR", "hungary": "HU",
    "iceland": "IS", "ireland": "IE", "italy": "IT", "latvia": "LV", "liechtenstein": "LI", "lithuania": "LT",
    "luxembourg": "LU", "malta": "MT", "moldova": "MD", "montenegro": "ME", "netherlands": "NL",
    "north macedonia": "MK", "norway": "NO", "poland": "PL", "portugal": "PT", "romania": "RO", "russia": "RU",
    "serbia": "RS", "slovakia": "SK", "slovenia": "SI", "spain": "ES", "sweden": "SE", "switzerland": "CH",
    "turkey": "TR", "ukraine": "UA", "united kingdom": "GB",
}  # fmt: skip
"""By English name, folded: the countries of Interreg's programmes."""


def folded(name: str) -> str:
    """Return what all spellings of a name have in common: no case, accents, punctuation or needless blanks.

    >>> folded("Luleå,"), folded("KØBENHAVN  K"), folded("Cēsis") == folded("Cesis")
    ('lulea', 'kobenhavn k', True)
    """
    plain = "".join(SEVERAL.get(letter, letter) for letter in name.casefold())
    letters = (letter for letter in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[^\W_]+", "".join(letters)))


def code(name: str, country: str = "") -> str:
    """Return the code for a name, with its country: the same for all its spellings, and for no other name.

    A name that is too long or not in Latin letters gets the beginning of its SHA-256.

    >>> code("St. Pölten", "AT"), code("Софиа", "BG")
    ('st-polten-at', 'x-05f919de-bg')
    """
    common = folded(name)
    slug = "-".join(re.findall(r"[a-z0-9]+", common))
    ending = f"-{country.lower()}" if country else ""
    if not common.isascii() or not slug or len(slug + ending) > LONGEST_CODE:
        digest = sha256(common.encode()).hexdigest()[:8]
        room = LONGEST_CODE - len(ending) - len(digest) - 1
        slug = f"{slug[:room].strip('-') or 'x'}-{digest}"
    return slug + ending


def line_of(text: str) -> str:
    """Return a text as one line of at most 300 letters, which is what a name or title may have.

    >>> line_of("GREEN EXPERIENCE  of a greenway ")
    'GREEN EXPERIENCE of a greenway'
    """
    line = " ".join("".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in text).split())
    return line if len(line) <= 300 else line[:299].rstrip() + "…"
