"""The doors of the catalogue: open to everybody, and the same for everybody for an hour."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response

from proxeny_api import visits
from proxeny_api.catalogue import service
from proxeny_api.catalogue.schemas import Indicator, IndicatorPage, Vocabulary, VocabularyPage
from proxeny_api.changes.schemas import SigningKeys
from proxeny_api.doors import NOT_MODIFIED, PUBLIC, MethodId, signer_of
from proxeny_api.ledger import checkpoints
from proxeny_api.methods.schemas import MethodPage, MethodRead
from proxeny_api.methods.service import shipped
from proxeny_api.pagination import page
from proxeny_api.visits import IfNoneMatch

CACHED = "public, max-age=3600"
SEEN = PUBLIC | NOT_MODIFIED
router = APIRouter(prefix="/v1", tags=["catalogue"], dependencies=[Depends(visits.anybody)])


@router.get("/vocabularies", response_model=VocabularyPage, responses=SEEN)
async def list_vocabularies(if_none_match: IfNoneMatch = None) -> Response:
    """List all lists of codes that records are described with, by name."""
    return _answer(page(list(service.vocabularies().values()), None), if_none_match)


@router.get("/vocabularies/{vocabulary}", response_model=Vocabulary, responses=SEEN)
async def get_vocabulary(
    vocabulary: Annotated[
        str, Path(description="The list's name.", pattern="^[a-z_]+$", max_length=63, examples=["outcome_kind"])
    ],
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Read one list of codes with its English labels."""
    return _answer(service.entry(service.vocabularies(), vocabulary, "vocabulary"), if_none_match)


@router.get("/indicators", response_model=IndicatorPage, responses=SEEN)
async def list_indicators(if_none_match: IfNoneMatch = None) -> Response:
    """List all indicators with formula, unit and source, in the order in which figures have them."""
    return _answer(page(list(service.indicators().values()), None), if_none_match)


@router.get("/indicators/{indicator}", response_model=Indicator, responses=SEEN)
async def get_indicator(
    indicator: Annotated[
        str, Path(description="The indicator's name.", pattern="^[a-z0-9_.]+$", max_length=100, examples=["roi"])
    ],
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Read what one indicator means and how it comes about."""
    return _answer(service.entry(service.indicators(), indicator, "indicator"), if_none_match)


@router.get("/ledger/keys", response_model=SigningKeys, responses=SEEN)
async def list_signing_keys(request: Request, if_none_match: IfNoneMatch = None) -> Response:
    """List the public keys of those that sign the ledger's checkpoints, and of those that did."""
    keys = [{**key._asdict(), "algorithm": checkpoints.ALGORITHM} for key in signer_of(request).listed()]
    return _answer(checkpoints.canonical({"keys": keys}), if_none_match)


@router.get("/methods", response_model=MethodPage, responses=SEEN)
async def list_methods(if_none_match: IfNoneMatch = None) -> Response:
    """List the methods that are shipped, with all that each has chosen."""
    return _answer(page(list(shipped().values()), None), if_none_match)


@router.get("/methods/{method}", response_model=MethodRead, responses=SEEN)
async def get_method(method: MethodId, if_none_match: IfNoneMatch = None) -> Response:
    """Read one version of a method that is shipped: what it has chosen, and what to know before relying on it."""
    return _answer(service.entry(shipped(), method, "method"), if_none_match)


def _answer(body: bytes, if_none_match: str | None) -> Response:
    response = visits.figure(body, visits.weak(body), if_none_match)
    response.headers["Cache-Control"] = CACHED
    return response
