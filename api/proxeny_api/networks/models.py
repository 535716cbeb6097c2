"""The table of networks, which all share and no city owns."""

from typing import get_args

from sqlalchemy import CheckConstraint, PrimaryKeyConstraint, Table, UniqueConstraint

from proxeny_api import schema
from proxeny_api.vocabularies.codes import NetworkKind, Scope, Theme

network = Table(
    "network",
    schema.metadata,
    schema.identity(),
    schema.words("code"),
    schema.words("name"),
    schema.words("scope"),
    schema.words("kind"),
    schema.text_list("themes"),
    schema.words("website", null=True),
    *schema.stamps(),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("code"),
    CheckConstraint("code ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(code) <= 63", name="code"),
    schema.one_of("scope", get_args(Scope)),
    schema.one_of("kind", get_args(NetworkKind)),
    schema.all_of("themes", get_args(Theme)),
)
