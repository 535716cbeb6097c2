"""The tables as SQLModel has them, for the peers that use it; schema.sql made them."""

from datetime import date
from decimal import Decimal

from sqlalchemy import ARRAY, Column, Text
from sqlmodel import Field, Relationship, SQLModel


class Network(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)


class Engagement(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    city: str
    external_id: str
    kind: str
    title: str
    starts_on: date
    ends_on: date | None = None
    network_id: int = Field(foreign_key="network.id")
    share: Decimal
    themes: list[str] = Field(sa_column=Column(ARRAY(Text)))
    sdgs: list[str] = Field(sa_column=Column(ARRAY(Text)))
    leader_hours: Decimal
    staff_hours: Decimal
    visibility: str
    tags: list[str] = Field(sa_column=Column(ARRAY(Text)))
    network: Network = Relationship()
    costs: list["Cost"] = Relationship(cascade_delete=True)
    outcomes: list["Outcome"] = Relationship(cascade_delete=True)


class Cost(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    engagement_id: int | None = Field(default=None, foreign_key="engagement.id")
    external_id: str
    category: str
    amount: Decimal
    currency: str
    incurred_on: date


class Outcome(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    engagement_id: int | None = Field(default=None, foreign_key="engagement.id")
    external_id: str
    kind: str
    title: str
    amount: Decimal | None = None
    currency: str | None = None
    occurred_on: date
    credit: Decimal


OWN = ("external_id", "kind", "title", "starts_on", "ends_on", "themes", "sdgs", "leader_hours", "staff_hours")
"""The columns of an engagement that are members of its shape too, with `visibility` and `tags`."""
COPIED = {*OWN, "visibility", "tags"}
