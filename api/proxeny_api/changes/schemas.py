"""What the change feeds answer."""

from typing import Any, Literal

from pydantic import ConfigDict, Field

from proxeny_api.fields import IdText, Instant
from proxeny_api.shapes import Answer

EXAMPLE: dict[str, Any] = {
    "seq": 42,
    "at": "2026-11-23T10:00:00.000000Z",
    "action": "updated",
    "resource": "cost",
    "resource_id": "01939c1e-7f6a-7000-8000-3d1f5b8a2c4e",
    "city": "athens",
    "actor_kind": "city",
    "actor_key": "01939c1e-0000-7000-8000-3d1f5b8a2c4e",
    "request_id": "0198c0de-7a6b-7c3d-8e4f-5a6b7c8d9e0f",
    "visibility": "public",
    "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "body_hash": "cd0aa9856147b6c5b4ff2b7dfee5da20aa38253099ef1b4a64aced233c9afe29",
    "network_ids": ["01939c1e-7f6a-7000-8000-4e2a6c9b3d5f"],
    "erased_at": None,
    "body": {"id": "01939c1e-7f6a-7000-8000-3d1f5b8a2c4e", "amount": "4180.00", "currency": "EUR", "version": 2},
}
Resource = Literal[
    "city", "network", "membership", "engagement", "cost", "outcome", "key", "proxy", "budget", "method", "import"
]


class Change(Answer):
    """One change to one record, as the ledger keeps it."""

    model_config = ConfigDict(**Answer.model_config, json_schema_extra={"examples": [EXAMPLE]})

    seq: int = Field(ge=1, description="Its number in its chain: from 1, without a gap.", examples=[42])
    at: Instant = Field(description="When it was made.")
    action: Literal["created", "updated", "deleted", "withdrawn", "erased"] = Field(
        description="What was done; `withdrawn`: the record is not shown to the network any more; `erased`: what"
        " earlier entries said of it is gone, drop it too.",
        examples=["updated"],
    )
    resource: Resource = Field(description="What kind of record it is.", examples=["cost"])
    resource_id: IdText = Field(description="The record's id.", examples=["01939c1e-7f6a-7000-8000-3d1f5b8a2c4e"])
    city: str | None = Field(
        description="The code of the city in whose chain it is; null in a network's.", examples=["athens"]
    )
    actor_kind: Literal["city", "network", "operator"] = Field(description="Whose key did it.", examples=["city"])
    actor_key: IdText | None = Field(
        description="The id of the key that did it; null in another's chain.",
        examples=["01939c1e-0000-7000-8000-3d1f5b8a2c4e"],
    )
    request_id: str | None = Field(
        description="The `X-Request-Id` of the request that did it; null in another's chain.",
        examples=["0198c0de-7a6b-7c3d-8e4f-5a6b7c8d9e0f"],
    )
    visibility: Literal["private", "network", "public"] | None = Field(
        description="Who might see the record after it; null where withdrawn.", examples=["public"]
    )
    hash: str | None = Field(
        pattern="^[0-9a-f]{64}$",
        description="The SHA-256 of the entry, in hexadecimal, which covers the one before; null where withdrawn.",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    )
    body_hash: str | None = Field(
        pattern="^[0-9a-f]{64}$",
        description="The SHA-256 of the record as the entry has or had it, which the entry's hash covers; null in"
        " another's chain.",
        examples=[EXAMPLE["body_hash"]],
    )
    network_ids: list[IdText] | None = Field(
        description="The ids of the networks on the record; null in another's chain.", examples=[EXAMPLE["network_ids"]]
    )
    erased_at: Instant | None = Field(description="When the entry's content was erased; null where it was not.")
    body: dict[str, Any] | None = Field(
        description="The record after the change, an engagement with its costs and outcomes; null where deleted,"
        " withdrawn or erased, and for a network where it may not read the record any more.",
        examples=[EXAMPLE["body"]],
    )


class ChangePage(Answer):
    """Some changes, in order."""

    model_config = ConfigDict(
        **Answer.model_config,
        json_schema_extra={"examples": [{"items": [EXAMPLE], "next_cursor": "q83v", "more": False}]},
    )

    items: list[Change] = Field(description="The changes, in order; none where nothing is new.")
    next_cursor: str = Field(description="What to ask `after` next: now or another day.", examples=["q83v"])
    more: bool = Field(description="Whether more changes are there already.", examples=[False])


CHECKPOINT: dict[str, Any] = {
    "format": "proxeny-checkpoint@1",
    "kind": "city",
    "id": "01939c1e-7f6a-7000-8000-3d1f5b8a2c4e",
    "code": "athens",
    "seq": 42,
    "hash": EXAMPLE["hash"],
    "at": "2026-11-23T10:00:00.000000Z",
    "key_id": "a1b2c3d4e5f60718",
    "signature": "5f" * 64,
}
KEY: dict[str, Any] = {"id": "a1b2c3d4e5f60718", "algorithm": "ed25519", "public_key": "3c" * 32, "current": True}


class CheckpointRead(Answer):
    """Where a chain of the ledger ended, signed: who keeps it elsewhere can tell whether history was made anew.

    The signature covers all other members as canonical JSON (RFC 8785).
    """

    model_config = ConfigDict(**Answer.model_config, title="Checkpoint", json_schema_extra={"examples": [CHECKPOINT]})

    format: str = Field(description="What this is, and its version.", examples=["proxeny-checkpoint@1"])
    kind: Literal["city", "network", "operator"] = Field(description="Whose chain it is.", examples=["city"])
    id: IdText = Field(description="The id of whose chain it is.")
    code: str = Field(description="The code of whose chain it is.", examples=["athens"])
    seq: int = Field(ge=0, description="The number of the last entry; 0 in a chain without any.", examples=[42])
    hash: str = Field(
        pattern="^[0-9a-f]{64}$", description="The hash of that entry, in hexadecimal.", examples=[EXAMPLE["hash"]]
    )
    at: str = Field(description="When it was signed: RFC 3339, UTC, six decimals.", examples=[CHECKPOINT["at"]])
    key_id: str = Field(description="Which of our keys signed it.", examples=["a1b2c3d4e5f60718"])
    signature: str = Field(
        pattern="^[0-9a-f]{128}$", description="The Ed25519 signature, in hexadecimal.", examples=["5f" * 64]
    )


class SigningKey(Answer):
    """A public key that signs checkpoints, or did."""

    model_config = ConfigDict(**Answer.model_config, json_schema_extra={"examples": [KEY]})

    id: str = Field(description="The first 16 hexadecimal digits of its SHA-256.", examples=["a1b2c3d4e5f60718"])
    algorithm: Literal["ed25519"] = Field(description="What it signs with.", examples=["ed25519"])
    public_key: str = Field(
        pattern="^[0-9a-f]{64}$", description="The public key, in hexadecimal.", examples=["3c" * 32]
    )
    current: bool = Field(description="Whether it signs now; others signed before it.", examples=[True])


class SigningKeys(Answer):
    """Every public key that signs checkpoints, or did, the newest first."""

    model_config = ConfigDict(**Answer.model_config, json_schema_extra={"examples": [{"keys": [KEY]}]})

    keys: list[SigningKey] = Field(description="The keys.")
