"""The doors that all kinds of a city's records have alike: to create one, to read, to change and to delete it.

What a kind is made of is declared once in its router, as a `Kind`; so is each door, with its name and its description.
Lists differ in what they can be asked for, and stand in the routers.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Generic, Protocol, TypeVar
from uuid import UUID

import asyncpg
from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel

from proxeny_api import visits
from proxeny_api.consent import own_city, shared_city
from proxeny_api.doors import CHANGES, CREATES, DROPS, NOT_MODIFIED, READS, CityRef, changed, id_in_path, said
from proxeny_api.ledger.service import Chain
from proxeny_api.merge import merged
from proxeny_api.records.state import CityKnown
from proxeny_api.visits import Changing, IfMatch, IfNoneMatch, Reading, Visit, Writing
from proxeny_api.vocabularies.codes import Sharing


class Kept(Protocol):
    """A record as it is answered, and its version; a kind may know more of it."""

    @property
    def id(self) -> UUID: ...

    @property
    def body(self) -> bytes: ...

    @property
    def version(self) -> int: ...


R = TypeVar("R", bound=Kept)


class Service(Protocol[R]):
    """What the service module of a kind does; each raises what stands in the way."""

    async def create(self, chain: Chain, city: CityKnown, new: Mapping[str, Any], /) -> R:
        """Record a new one."""
        ...

    async def read(self, connection: asyncpg.Connection, city: CityKnown, identity: UUID, /) -> R:
        """Return one as far as the asker's role sees it."""
        ...

    async def change(self, chain: Chain, city: CityKnown, stored: R, content: Mapping[str, Any], /) -> R:
        """Put new content in the place of one's."""
        ...

    async def remove(self, chain: Chain, city: CityKnown, stored: R, /) -> None:
        """Remove one."""
        ...


def as_answered(stored: Kept) -> Mapping[str, Any]:
    """Return a record's members as they are answered."""
    members: dict[str, Any] = json.loads(stored.body)
    return members


@dataclass(frozen=True)
class Kind(Generic[R]):
    """A kind of a city's records: where they are, their shapes, what is done with them, and which networks see them.

    `at` is one record's path below the router's; `shared` is what a city must share for a network to see them, None
    where the city alone does; `patched` is what a merge patch finds of a record, where that is not its answer.
    """

    router: APIRouter
    at: str
    new: type[BaseModel]
    patch: type[BaseModel]
    answer: type[BaseModel]
    service: Service[R]
    shared: Sharing | None
    patched: Callable[[R], Mapping[str, Any]] = as_answered

    @property
    def identity(self) -> Any:  # noqa: ANN401 - as fastapi's own Path
        """What the path says of a record's id, by the name that it has there."""
        return id_in_path(self.at.strip("/{}").partition(":")[0])

    async def city_shown(self, visit: Visit, ref: str) -> CityKnown:
        """Return the city whose records are asked for; raises NotFound for one that the asker does not see."""
        if self.shared is None:
            return own_city(visit.principal, ref)
        return await shared_city(visit.connection, visit.principal, ref, self.shared)

    async def held(self, visit: Visit, ref: str, identity: str, if_match: str | None) -> tuple[Chain, CityKnown, R]:
        """Lock the city's chain and return a record that a change is meant for; raises StaleVersion for another."""
        mine, chain = own_city(visit.principal, ref), await visit.chain()
        stored = await self.service.read(visit.connection, mine, UUID(identity))
        visits.check_version(if_match, stored.version)
        return chain, mine, stored


# FastAPI takes a body's shape from the annotation when a door is declared. By then it is a class; mypy, which reads the
# annotation before, is told to let it stand.


def door_to_create(kind: Kind[R], name: str, description: str) -> None:
    """Declare the door by which a city records a new one of a kind."""
    shape, place = kind.new, kind.router.prefix

    @kind.router.post(
        "", name=name, description=description, status_code=201, response_model=kind.answer, responses=CREATES
    )
    async def create(city: CityRef, new: shape, visit: Writing) -> Response:  # type: ignore[valid-type]
        mine = own_city(visit.principal, city)
        words = said(new)
        stored = await kind.service.create(await visit.chain(), mine, words)
        where = f"{place.format(city=mine.code)}/{stored.id}"
        return await visits.created(visit, stored.body, stored.version, where, words)


def door_to_read(kind: Kind[R], name: str, description: str) -> None:
    """Declare the door by which one of a kind is read, by the city and the networks that it shares it with."""

    @kind.router.get(
        kind.at, name=name, description=description, response_model=kind.answer, responses=READS | NOT_MODIFIED
    )
    async def read(
        city: CityRef, identity: Annotated[str, kind.identity], visit: Reading, if_none_match: IfNoneMatch = None
    ) -> Response:
        shown = await kind.city_shown(visit, city)
        stored = await kind.service.read(visit.connection, shown, UUID(identity))
        return visits.record(stored.body, stored.version, if_none_match)


def door_to_change(kind: Kind[R], name: str, description: str) -> None:
    """Declare the door by which a city changes one of a kind by a merge patch."""
    shape = kind.patch

    @kind.router.patch(kind.at, name=name, description=description, response_model=kind.answer, responses=CHANGES)
    async def change(
        city: CityRef,
        identity: Annotated[str, kind.identity],
        changes: shape,  # type: ignore[valid-type]
        visit: Changing,
        if_match: IfMatch = None,
    ) -> Response:
        chain, mine, stored = await kind.held(visit, city, identity, if_match)
        words = changed(changes)
        content = merged(kind.new, kind.patched(stored), words)
        after = await kind.service.change(chain, mine, stored, content)
        return visits.stored(after.body, after.version, words)


def door_to_delete(kind: Kind[R], name: str, description: str) -> None:
    """Declare the door by which a city removes one of a kind."""

    @kind.router.delete(kind.at, name=name, description=description, status_code=204, responses=DROPS)
    async def delete(
        city: CityRef, identity: Annotated[str, kind.identity], visit: Changing, if_match: IfMatch = None
    ) -> Response:
        chain, mine, stored = await kind.held(visit, city, identity, if_match)
        await kind.service.remove(chain, mine, stored)
        return Response(status_code=204)
