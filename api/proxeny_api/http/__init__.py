"""The HTTP skin of the server, which knows neither the database nor the features."""

from proxeny_api.http.handlers import install
from proxeny_api.http.limits import Limits
from proxeny_api.http.query import check_query
from proxeny_api.http.skin import wrap

__all__ = ["Limits", "check_query", "install", "wrap"]
