"""What is said of a key; its secret once only."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from proxeny_api.fields import SLUG, IdText, Instant, Line, Shape
from proxeny_api.shapes import Answer, page_of

Scope = Literal["read", "write", "keys"]
ID = "01939c1e-7f6a-7000-8000-3d1f5b8a2c4e"
EXAMPLE: dict[str, Any] = {
    "city": "bilbao",
    "network": None,
    "name": "CRM export",
    "scopes": ["read", "write"],
    "days": 90,
}
READ_EXAMPLE: dict[str, Any] = {
    "id": ID,
    "kind": "city",
    "owner": "bilbao",
    "name": "CRM export",
    "scopes": ["read", "write"],
    "created_at": "2026-11-23T10:00:00.000000Z",
    "expires_at": "2027-02-21T10:00:00.000000Z",
    "revoked_at": None,
    "last_used_at": None,
}


class KeyCreate(Shape):
    """A key to be issued."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    city: Annotated[str, Field(pattern=SLUG, max_length=63)] | None = Field(
        default=None,
        description="Whose it is, by id or code; the asker's own where neither is named.",
        examples=["bilbao"],
    )
    network: Annotated[str, Field(pattern=SLUG, max_length=63)] | None = Field(
        default=None, description="Whose it is, by id or code.", examples=[None]
    )
    name: Line = Field(description="What it is for, in words; no person's name.", examples=["CRM export"])
    scopes: list[Scope] = Field(
        default=["read", "write"],
        min_length=1,
        max_length=3,
        description="What it may do: no more than the key that makes it.",
        examples=[["read", "write"]],
    )
    days: Annotated[int, Field(ge=1, le=366)] = Field(
        default=90, description="How many days it lasts, a year at most.", examples=[90]
    )


class KeyRotate(Shape):
    """How long the old key goes on beside the new one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"overlap_hours": 24}]})

    overlap_hours: Annotated[int, Field(ge=0, le=24 * 30)] = Field(
        default=24, description="Hours until the old key expires.", examples=[24]
    )


class KeyRead(Answer):
    """A key without its secret."""

    model_config = ConfigDict(title="Key", json_schema_extra={"examples": [READ_EXAMPLE]})

    id: IdText = Field(description="The key's id, which the ledger names.")
    kind: Literal["city", "network", "operator"] = Field(description="Who it belongs to.", examples=["city"])
    owner: str | None = Field(description="The code of the city or network.", examples=["bilbao"])
    name: str = Field(description="What it is for.", examples=["CRM export"])
    scopes: list[str] = Field(description="What it may do.", examples=[["read", "write"]])
    created_at: Instant = Field(description="When it was issued.")
    expires_at: Instant = Field(description="When it ends by itself.")
    revoked_at: Instant | None = Field(description="When it was ended.")
    last_used_at: Instant | None = Field(description="When it was last used, to the minute.")


class KeyIssued(KeyRead):
    """A key with its secret, which is shown this once."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**READ_EXAMPLE, "secret": None}]})

    secret: str | None = Field(
        description="The key itself; null in a repeated answer, for it is not stored.",
        examples=["pxk_city_live_<43 letters and digits><6 of its checksum>"],
    )


class Me(Answer):
    """Whose key this is."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"kind": "city", "owner": "bilbao", "owner_id": ID, "key_id": ID, "scopes": ["read", "write"]}]
        }
    )

    kind: Literal["city", "network", "operator"] = Field(description="Who it belongs to.", examples=["city"])
    owner: str | None = Field(description="The code of the city or network.", examples=["bilbao"])
    owner_id: IdText | None = Field(description="The id of the city or network.")
    key_id: IdText = Field(description="The key's id.")
    scopes: list[str] = Field(description="What it may do.", examples=[["read", "write"]])


KeyPage = page_of("KeyPage", KeyRead)
