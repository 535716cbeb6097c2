"""Headers as the OpenAPI document describes them."""

from typing import Final

ETAG: Final = {
    "description": "The version of what is answered, for `If-None-Match` and, of a record, for `If-Match`.",
    "schema": {"type": "string"},
    "example": '"7"',
}
LOCATION: Final = {
    "description": "Where the new record is.",
    "schema": {"type": "string", "format": "uri-reference"},
    "example": "/v1/cities/bilbao/engagements/01939c1e-7f6a-7000-8000-3d1f5b8a2c4e",
}
POSITION: Final = {
    "description": "Where the ledger is, as `subject:number`, for `Proxeny-Min-Position` of reads that are to see it.",
    "schema": {"type": "string"},
    "example": "01939c1e-7f6a-7000-8000-3d1f5b8a2c4e:42",
}
RATE_LIMIT: Final = {
    "description": "How many requests are left (`r`) in how many seconds (`t`), as far as this worker knows.",
    "schema": {"type": "string"},
    "example": '"key";r=599417;t=52',
}
RATE_LIMIT_POLICY: Final = {
    "description": "How many requests (`q`) may be made in so many seconds (`w`), by one key or from one address.",
    "schema": {"type": "string"},
    "example": '"key";q=600000;w=60',
}
# A header that is looked at where there are replicas only: declared on each door, it would cost those without.
MIN_POSITION: Final = {
    "name": "Proxeny-Min-Position",
    "in": "header",
    "required": False,
    "description": "Positions of earlier answers, up to 16 with commas: what is answered is as new as these, or newer.",
    "schema": {"type": "string"},
    "example": "01939c1e-7f6a-7000-8000-3d1f5b8a2c4e:42",
}
READ_AS_OF: Final = {
    "description": "The instant of which this shows everything, where it comes from a replica; of the moment without.",
    "schema": {"type": "string", "format": "date-time"},
    "example": "2026-11-23T10:00:00.123456Z",
}
HEADERS: Final = {
    "Proxeny-Position": POSITION,
    "Proxeny-Read-As-Of": READ_AS_OF,
    "RateLimit": RATE_LIMIT,
    "RateLimit-Policy": RATE_LIMIT_POLICY,
}
