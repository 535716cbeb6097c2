"""Each wire format once: money, shares, hours, days, codes, and what makes one of them wrong."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, LiteralString

from iso4217 import Currency as Iso
from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, StrictStr, WithJsonSchema
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
PRINTABLE = r"^[^\u0000-\u001f\u007f]+$"
# Spelt out, for what \s stands for differs between dialects of regular expressions.
BLANK = r"\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
MONEY = r"(?:0|[1-9][0-9]{0,13})(?:\.[0-9]{1,4})?"
SHARE = r"0(?:\.[0-9]{1,6})?|1(?:\.0{1,6})?"
POSITIVE_SHARE = "|".join([*(rf"0\.0{{{n}}}[1-9][0-9]{{0,{5 - n}}}" for n in range(6)), r"1(?:\.0{1,6})?"])
HOURS = r"(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,2})?"
POSITIVE = "|".join([
    r"[1-9][0-9]{0,13}(?:\.[0-9]{1,12})?",
    *(rf"0\.0{{{n}}}[1-9][0-9]{{0,{11 - n}}}" for n in range(12)),
])  # fmt: skip
QUANTITY = r"(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,6})?"
LEAP_YEARS = "19(?:0[48]|[2468][048]|[13579][26])|20(?:[02468][048]|[13579][26])"
DAY = (
    "(?:19[0-9]{2}|20[0-9]{2}|2100)-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    f"|(?:{LEAP_YEARS})-02-29"
)


class Shape(BaseModel):
    """A body's shape: strict, and closed to members that it does not name."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


@cache
def minor_digits() -> dict[str, int]:
    """Return how many decimals each ISO 4217 currency has; none for funds and metals, which have no units."""
    return {str(iso.code): int(iso.exponent) for iso in Iso if iso.exponent is not None}


def broken(code: str, message: str, at: str | None = None) -> PydanticCustomError:
    """Return the error for a rule that a value breaks, its message free of the value.

    `at` names the member that is at fault where the rule is about several of one object.
    """
    escaped: Any = message.replace("{", "{{").replace("}", "}}")
    return PydanticCustomError(code, escaped, None if at is None else {"at": at})


class Written:
    """How a text is written: a pattern, and what to say of a text that does not match it.

    The check runs in pydantic's core, not in Python: the batch makes it dozens of times a row.
    """

    def __init__(self, pattern: str, code: LiteralString, message: LiteralString, schema: dict[str, Any]) -> None:
        self.pattern, self.code, self.message, self.schema = pattern, code, message, schema

    def __get_pydantic_core_schema__(self, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        text = core_schema.str_schema(pattern=f"^(?:{self.pattern})$", strict=True)
        return core_schema.custom_error_schema(text, custom_error_type=self.code, custom_error_message=self.message)

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return dict(self.schema)


class OneOf:
    """A text that is a code of a list."""

    def __init__(self, codes: Sequence[str]) -> None:
        self.codes = list(codes)

    def __get_pydantic_core_schema__(self, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.literal_schema(self.codes)


class Distinct:
    """Says of a list, in the document, that nothing is in it twice."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), "uniqueItems": True}


def decimal_schema(example: str, description: str) -> dict[str, Any]:
    """Return the JSON schema of a decimal written as a string."""
    return {"type": "string", "format": "decimal", "examples": [example], "description": description}


Money = Annotated[
    str,
    Written(
        MONEY,
        "money",
        "Money is a decimal string of at most 14 digits before the point.",
        decimal_schema("4180.00", "An amount: at most 14 digits and the currency's minor digits."),
    ),
]
Share = Annotated[
    str,
    Written(
        SHARE,
        "share",
        "A share is a decimal string from 0 to 1 of at most 6 decimals.",
        decimal_schema("0.7", "A share from 0 to 1, of at most 6 decimals."),
    ),
]
PositiveShare = Annotated[
    str,
    Written(
        POSITIVE_SHARE,
        "share",
        "A share is a decimal string above 0 and up to 1, of at most 6 decimals.",
        decimal_schema("0.7", "A share above 0 and up to 1, of at most 6 decimals."),
    ),
]
Hours = Annotated[
    str,
    Written(
        HOURS,
        "hours",
        "Hours are a decimal string of at most 2 decimals.",
        decimal_schema("16", "Hours, of at most 2 decimals."),
    ),
]
Positive = Annotated[
    str,
    Written(
        POSITIVE,
        "positive",
        "This is a decimal string above 0, of at most 14 digits before the point and 12 after it.",
        decimal_schema("931.2345", "A number above 0, of at most 14 digits before the point and 12 after it."),
    ),
]
Quantity = Annotated[
    str,
    Written(
        QUANTITY,
        "quantity",
        "A quantity is a decimal string of at most 6 decimals.",
        decimal_schema("35", "How many, of at most 6 decimals."),
    ),
]
Day = Annotated[
    str,
    Written(
        DAY,
        "day",
        "A day is written YYYY-MM-DD, stands in the calendar, and lies in 1900 to 2100.",
        {"type": "string", "format": "date", "pattern": "^(19[0-9]{2}|20[0-9]{2}|2100)-", "examples": ["2024-04-08"]},
    ),
]
Year = Annotated[int, Field(ge=1900, le=2100, examples=[2024])]
Currency = Annotated[
    str,
    Written(
        "|".join(sorted(minor_digits())),
        "currency",
        "This is no ISO 4217 currency.",
        {"type": "string", "pattern": "^[A-Z]{3}$", "minLength": 3, "maxLength": 3, "examples": ["EUR"]},
    ),
]
Country = Annotated[StrictStr, Field(pattern=r"^[A-Z]{2}$", examples=["GR"])]
Slug = Annotated[StrictStr, Field(pattern=SLUG, max_length=63, examples=["amsterdam"])]
Ref = Annotated[StrictStr, Field(pattern=SLUG, max_length=63, examples=["c40"])]
Text = StrictStr
Line = Annotated[Text, Field(min_length=1, max_length=300, pattern=PRINTABLE)]
Prose = Annotated[Text, Field(max_length=10_000, json_schema_extra={"pattern": r"^[^\u0000]*$"})]
Tag = Annotated[Text, Field(min_length=1, max_length=64, pattern=PRINTABLE)]
ExternalId = Annotated[Text, Field(min_length=1, max_length=200, pattern=PRINTABLE, examples=["crm-2024-0117"])]
Url = Annotated[Text, Field(pattern=rf"^https?://[^{BLANK}]+$", max_length=2_000)]
IdText = Annotated[
    StrictStr,
    Field(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"),
    WithJsonSchema({"type": "string", "format": "uuid", "examples": ["01939c1e-7f6a-7000-8000-3d1f5b8a2c4e"]}),
]
Instant = Annotated[
    datetime, WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-11-23T10:00:00Z"]})
]


def check_amount(amount: str | None, currency: str | None, names: tuple[str, str] = ("amount", "currency")) -> None:
    """Check that an amount has its currency beside it, and no more decimals than that has.

    Raises PydanticCustomError with code `amount_currency` or `minor_digits`.
    """
    if (amount is None) != (currency is None):
        at = names[0] if amount is None else names[1]
        raise broken("amount_currency", f"{names[0]} and {names[1]} come together or not at all.", at)
    if amount is None or currency is None:
        return
    allowed = minor_digits()[currency]
    if len(amount.partition(".")[2]) > allowed:
        raise broken("minor_digits", f"An amount in this currency has at most {allowed} decimals.", names[0])


def check_period(first: str | None, last: str | None, names: tuple[str, str]) -> None:
    """Check that a period does not end before it begins; raises PydanticCustomError `period`."""
    if first is not None and last is not None and last < first:
        raise broken("period", f"{names[1]} may not lie before {names[0]}.", names[1])


def check_total(shares: list[str], code: str, what: str, at: str) -> Decimal:
    """Return what is left of one after some shares; raises PydanticCustomError where they are more than one."""
    left = Decimal(1) - sum(map(Decimal, shares), Decimal(0))
    if left < 0:
        raise broken(code, f"{what} sum to at most 1.", at)
    return left


def as_day(written: str | None) -> date | None:
    """Return the day that a validated text is, or None for none."""
    return None if written is None else date.fromisoformat(written)


def now() -> datetime:
    """Return this instant in UTC."""
    return datetime.now(UTC)
