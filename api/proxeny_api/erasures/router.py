"""The door by which a city has the ledger forget what a record said."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from proxeny_api import visits
from proxeny_api.consent import own_city
from proxeny_api.doors import CREATES, CityRef
from proxeny_api.erasures import service
from proxeny_api.erasures.schemas import Erasure, ErasureCreate
from proxeny_api.visits import Writing

router = APIRouter(prefix="/v1/cities/{city}/erasures", tags=["changes"])


@router.post("", response_model=Erasure, responses=CREATES)
async def erase_record(city: CityRef, new: ErasureCreate, visit: Writing) -> Response:
    """Erase what the ledger says of a record, of one that is deleted or of what one was before; it cannot be undone.

    Hashes stay, so the chain and its checkpoints hold. A record that is still there keeps its present content: change
    it first. Figures `as_of` an instant between are refused from then on (410), for they cannot be made any more.
    """
    mine = own_city(visit.principal, city)
    erased = await service.erase(await visit.chain(), mine, service.Record(new.resource, UUID(new.id)))
    return await visits.answered(visit, 200, erased, {})
