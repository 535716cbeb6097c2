"""A newcomer reads what the figures mean, and what the money was worth: without any key."""

from datetime import date

from proxeny import Proxeny

with Proxeny() as client:  # PROXENY_BASE_URL
    for indicator in client.indicators.list():
        print(indicator.id, indicator.unit, indicator.formula, indicator.source, sep="\t")
    print(*(code.label for code in client.vocabularies.get("outcome_kind").codes), sep=", ")
    rate = client.rates.get("USD", date(2024, 4, 7))
    print(f"One euro was worth {rate.rate} USD, by the rate of {rate.published_on}.")
