"""What every door shares: path parts, refusals that go without saying, and pages; `record_doors` has whole doors."""

import logging
from typing import Annotated, Any, NamedTuple

from fastapi import Path, Request
from fastapi.responses import Response
from pydantic import BaseModel
from starlette.convertors import StringConvertor, register_url_convertor

from proxeny_api import visits
from proxeny_api.errors import (
    BadRequest,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    PreconditionRequired,
    StaleVersion,
    TooLarge,
    TooManyRequests,
    Unauthorized,
    Unavailable,
    UnsupportedMedia,
    documented,
)
from proxeny_api.fields import SLUG
from proxeny_api.listing import Listed
from proxeny_api.pagination import Question, page, question_of
from proxeny_api.signing import Signer, signer
from proxeny_api.visits import Visit

logger = logging.getLogger(__name__)
UUID_PATTERN = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
CityRef = Annotated[str, Path(description="The city's id or code.", pattern=SLUG, max_length=63, examples=["bilbao"])]
NetworkRef = Annotated[
    str, Path(description="The network's id or code.", pattern=SLUG, max_length=63, examples=["c40"])
]


def id_in_path(name: str | None = None) -> Any:  # noqa: ANN401 - as fastapi's own Path
    """Return what a path says of a record's id, under a name of its own where the function's will not do."""
    return Path(
        alias=name,
        description="The record's id.",
        pattern=UUID_PATTERN,
        examples=["01939c1e-7f6a-7000-8000-3d1f5b8a2c4e"],
    )


RecordId = Annotated[str, id_in_path()]
MethodId = Annotated[
    str,
    Path(
        description="Name and version of the method.",
        pattern="^[a-z0-9-]+@[0-9]+$",
        max_length=100,
        examples=["green-book@1"],
    ),
]


class _Record(StringConvertor):
    """An id in a path; a word that is a door of its own is none, so that what that door does not take is a 405."""

    regex = "(?!(?:batch|duplicates)$)[^/]+"


register_url_convertor("record", _Record())
Responses = dict[int | str, dict[str, Any]]
KEYED = (BadRequest, Unauthorized, Forbidden, NotFound, TooManyRequests, Unavailable)
READS = documented(*KEYED)
CREATES = documented(*KEYED, Conflict, TooLarge, UnsupportedMedia, Invalid)
REPLACES = documented(*KEYED, Conflict, StaleVersion, TooLarge, UnsupportedMedia, Invalid)
CHANGES = documented(*KEYED, Conflict, StaleVersion, TooLarge, UnsupportedMedia, Invalid, PreconditionRequired)
DROPS = documented(*KEYED, Conflict, StaleVersion, PreconditionRequired)
PUBLIC = documented(BadRequest, NotFound, TooManyRequests, Unavailable)
ENDS = documented(*KEYED)
NOT_MODIFIED: Responses = {304: {"description": "The asker has it already."}}


def signer_of(request: Request) -> Signer:
    """Return the keys that sign checkpoints, read once in a process; raises Unavailable where they cannot be kept."""
    if not hasattr(request.app.state, "signer"):
        try:
            request.app.state.signer = signer(request.app.state.settings)
        except (OSError, ValueError) as error:
            logger.exception("The signing keys can neither be read nor made; PROXENY_SIGNING_KEYS may say them.")
            raise Unavailable("There are no keys here that could sign.") from error
    found: Signer = request.app.state.signer
    return found


def said(body: BaseModel) -> dict[str, Any]:
    """Return what a body says, every member with its default."""
    return body.model_dump()


def changed(patch: BaseModel) -> dict[str, Any]:
    """Return the members that a merge patch names."""
    return patch.model_dump(exclude_unset=True)


def answer_page(request: Request, question: Question, listed: Listed, if_none_match: str | None = None) -> Response:
    """Answer a page with its weak ETag, and a Link header where another page follows."""
    cursor = question.seal(listed.position) if listed.position else None
    body = page(listed.items, cursor)
    response = visits.figure(body, visits.weak(body), if_none_match)
    if cursor:
        response.headers["Link"] = visits.link(request.url, cursor)
    return response


class Turn(NamedTuple):
    """A list's turn: what is asked, after which record, and what of it the asker has already."""

    request: Request
    question: Question
    after: list[Any] | None
    if_none_match: str | None

    def answer(self, listed: Listed) -> Response:
        """Answer the page that was found."""
        return answer_page(self.request, self.question, listed, self.if_none_match)


def turn_of(request: Request, visit: Visit, cursor: str | None, if_none_match: str | None) -> Turn:
    """Return where a list goes on; raises BadRequest for a cursor that this question did not get."""
    question = question_of(request, visit.principal)
    return Turn(request, question, question.open(cursor) if cursor else None, if_none_match)
