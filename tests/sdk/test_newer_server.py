"""A server of a later version does not break this client."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from proxeny.models import Cost, CostCreate
from tests.sdk.answering import Server, answer

ID = "01980000-0000-7000-8000-000000000000"
NOW = "2024-04-08T12:00:00Z"


def cost() -> dict[str, object]:
    """Return a cost as a later server may word it."""
    return {
        "id": ID, "city": "bilbao", "version": 3, "created_at": NOW, "updated_at": NOW, "external_id": None,
        "category": "moon_travel", "amount": "4180.10", "currency": "EUR", "incurred_on": "2024-04-08",
        "funded_by": "moon", "estimated": False, "description": None, "engagement": None, "membership": None,
        "visibility": "private",
        "phase_of_the_moon": {"name": "new"},
    }  # fmt: skip


def read() -> Cost:
    return Server(answer(200, cost())).client().costs.get("bilbao", ID)


def test_a_code_that_is_not_known_is_read() -> None:
    assert read().category == "moon_travel"


def test_a_field_that_is_not_known_is_kept() -> None:
    assert (read().model_extra or {})["phase_of_the_moon"] == {"name": "new"}


def test_money_is_read_digit_for_digit() -> None:
    assert str(read().amount) == "4180.10"
    assert isinstance(read().amount, Decimal)


def test_a_slip_in_a_body_to_be_sent_is_found_at_once() -> None:
    with pytest.raises(ValidationError, match="catgory"):
        CostCreate.model_validate({"catgory": "travel", "amount": "1", "currency": "EUR", "incurred_on": "2024-04-08"})


def test_a_code_that_only_the_server_knows_can_be_sent() -> None:
    fields = {"category": "moon_travel", "amount": "1", "currency": "EUR", "incurred_on": "2024-04-08"}

    assert CostCreate.model_validate(fields).category == "moon_travel"
