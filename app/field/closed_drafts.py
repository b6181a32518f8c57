"""Drafts of what can no longer be changed: approved, or deleted, while somebody was writing."""

from __future__ import annotations

from app.field.services import Services
from sync.client.round_store import RoundStore
from sync.domain.ids import EntityId


async def forget_closed_drafts(services: Services) -> None:
    """To be called at the start. They could never be saved, and would stand in the way of "allt är
    skickat" for ever."""
    closed = [name for name in services.local.drafts() if _is_closed(services, name)]
    if closed:
        services.local.keep_drafts(dict.fromkeys(closed))
        await services.storage.flush()


def _is_closed(services: Services, name: str) -> bool:
    kind, _, entity_id = name.replace(".", "/", 1).partition("/")
    match kind:
        case "edit":
            observation = services.walk.observation(EntityId(entity_id))
            return observation is None or not observation.is_editable
        case "facts":
            round_ = services.walk.round(EntityId(entity_id))
            return round_ is None or not round_.is_editable
        case "stop":
            stop = RoundStore(services.local).stop(EntityId(entity_id))
            owner = None if stop is None else services.walk.round(stop.round_id)
            return owner is None or not owner.is_editable
        case _:
            return False
