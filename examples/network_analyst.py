"""A network's analyst compares members, as far as each shares its figures: with the network's key."""

from proxeny import Proxeny

with Proxeny() as client:  # PROXENY_BASE_URL and PROXENY_API_KEY
    network = str(client.me().owner)
    for member in client.networks.members_impact(network, currency="EUR"):
        cost, leverage = member.figure("cost.total"), member.figure("funding.leverage")
        print(member.name, cost.value, leverage.value if leverage.status == "ok" else leverage.reason, sep="\t")
    for year in client.networks.impact(network, group_by="year").groups:
        print(year.label, year.figure("funding.mobilised").value, sep="\t")
