"""A city's own system sends what it holds, and reads back what it brought: with the city's key."""

from datetime import date
from decimal import Decimal

from proxeny import Proxeny

cost = {"category": "travel", "amount": Decimal("4180.00"), "currency": "EUR", "incurred_on": date(2024, 4, 8)}
plan = {"kind": "policy_change", "level": "local", "title": "Heat plan (made up)", "occurred_on": date(2025, 2, 11)}
visit = {"external_id": "crm-17", "kind": "mission", "title": "Study visit (made up)", "starts_on": date(2024, 4, 8)}

with Proxeny() as client:  # PROXENY_BASE_URL and PROXENY_API_KEY
    city = str(client.me().owner)
    for row in client.engagements.upsert_many(city, [{**visit, "costs": [cost], "outcomes": [plan]}]):
        print(row.external_id, row.status, *(error.message for error in row.errors))
    impact = client.cities.impact(city)
    print(impact.figure("cost.total").value, impact.currency, impact.figure("cost.per_outcome").value)
