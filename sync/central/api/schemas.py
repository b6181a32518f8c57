"""What /api/docs says of the bodies that the framework does not read itself."""

from __future__ import annotations

from typing import Any

from sync.central.problems import CODES, MEDIA_TYPE
from sync.domain.words import EntityKind
from sync.wire import MAX_CHANGES, OLDEST, VERSION

_TEXT = {"type": "string"}

CHANGE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Change",
    "description": "What one device did to one thing at one moment. Merging is per field: the "
    "greatest made_at wins.",
    "required": [
        "change_id",
        "area",
        "entity",
        "entity_id",
        "fields",
        "made_at",
        "device_id",
    ],
    "properties": {
        "change_id": {**_TEXT, "format": "uuid", "description": "version 7; counts once"},
        "area": _TEXT,
        "entity": {**_TEXT, "enum": [kind.value for kind in EntityKind]},
        "entity_id": {**_TEXT, "format": "uuid", "description": "version 7"},
        "fields": {"type": "object", "description": "name to value; null empties a field"},
        "made_at": {
            **_TEXT,
            "description": "hybrid logical clock: 15 digits of ms, 5 hex digits, device",
        },
        "device_id": _TEXT,
        "bases": {
            "type": "object",
            "description": "field to the stamps (made_at/change_id) of the values of it that the "
            "writer saw; a field that is missing had none. Without it the writer is taken to have "
            "seen all that is older. Never in answers.",
            "additionalProperties": {"type": "array", "items": _TEXT},
        },
    },
}

SYNC_REQUEST_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "SyncRequest",
    "required": ["v"],
    "properties": {
        "v": {
            "type": "integer",
            "minimum": OLDEST,
            "maximum": VERSION,
            "description": "the answer comes in the same version",
        },
        "changes": {"type": "array", "maxItems": MAX_CHANGES, "items": CHANGE_SCHEMA},
        "cursor": {"type": "integer", "minimum": 0, "description": "that of the last answer"},
        "fill": {**_TEXT, "description": "of a new phone: empty, then that of the last answer"},
        "missing": {
            "type": "array",
            "items": _TEXT,
            "description": "ids wanted with all theirs",
        },
        "fetch": {"type": "boolean", "description": "false: tell only what became of mine"},
    },
}

SYNC_ANSWER_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "SyncAnswer",
    "required": ["v", "store_id", "now", "accepted", "refused", "changes", "cursor", "more"],
    "properties": {
        "v": {"type": "integer", "description": "that of the request"},
        "store_id": _TEXT,
        "now": {**_TEXT, "format": "date-time", "description": "the store's clock"},
        "accepted": {"type": "array", "items": _TEXT, "description": "change ids in the log"},
        "refused": {
            "type": "array",
            "items": {
                "type": "object",
                "title": "Refusal",
                "properties": {
                    "change_id": _TEXT,
                    "code": _TEXT,
                    "reason": _TEXT,
                    "field": {"type": ["string", "null"]},
                },
            },
        },
        "changes": {"type": "array", "items": CHANGE_SCHEMA, "description": "those of others"},
        "cursor": {"type": "integer"},
        "more": {"type": "boolean", "description": "ask again at once with the new cursor"},
    },
}

SYNC_OPENAPI: dict[str, Any] = {
    "security": [{"device": []}],
    "requestBody": {
        "required": True,
        "description": "May be sent with Content-Encoding: gzip.",
        "content": {"application/json": {"schema": SYNC_REQUEST_SCHEMA}},
    },
    "responses": {
        "200": {
            "description": "What became of each change, and what is new",
            "content": {"application/json": {"schema": SYNC_ANSWER_SCHEMA}},
        }
    },
}

CHANGES_OPENAPI: dict[str, Any] = {
    "security": [{"device": []}],
    "responses": {
        "200": {
            "description": "An answer of /sync in which nothing is accepted or refused",
            "content": {"application/json": {"schema": SYNC_ANSWER_SCHEMA}},
        }
    },
}

PIECE_OPENAPI: dict[str, Any] = {
    "security": [{"device": []}],
    "requestBody": {
        "description": "Bytes of the photo",
        "content": {
            "application/offset+octet-stream": {"schema": {"type": "string", "format": "binary"}}
        },
    },
}

_NAME: dict[str, Any] = {
    "parameters": [
        {
            "name": "sha256",
            "in": "path",
            "required": True,
            "schema": {**_TEXT, "pattern": "^[0-9a-f]{64}$"},
        }
    ]
}
UPLOAD_OPENAPI: dict[str, Any] = {"security": [{"device": []}], **_NAME}
PIECE_OF_PHOTO_OPENAPI: dict[str, Any] = {**PIECE_OPENAPI, **_NAME}

BUNDLE_OPENAPI: dict[str, Any] = {
    "security": [{"device": []}],
    "requestBody": {
        "required": True,
        "description": "A line of JSON, {photos: [{sha256, area, bytes}]}, and then the photos",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    },
    "responses": {
        "200": {
            "description": "The photos that the store has hashed and has on disk",
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "title": "BundleAnswer",
                        "required": ["stored"],
                        "properties": {"stored": {"type": "array", "items": _TEXT}},
                    }
                }
            },
        }
    },
}

JPEG_OPENAPI: dict[str, Any] = {
    "security": [{"device": []}],
    "responses": {
        "200": {
            "description": "The picture",
            "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
}

ERROR_REPORT_OPENAPI: dict[str, Any] = {
    "security": [{"device": []}],
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "title": "ErrorReport",
                    "required": ["text"],
                    "properties": {"text": _TEXT},
                }
            }
        },
    },
}

BRIEFING_OPENAPI: dict[str, Any] = {
    "security": [{"device": []}],
    "responses": {
        "200": {
            "description": "letter, areas (code, name, outline, places, categories_off), "
            "report_form_url, has_address_lookup, tiles, photos_missed, put_back",
            "content": {"application/json": {"schema": {"type": "object", "title": "Briefing"}}},
        },
        "304": {"description": "It is still the one that If-None-Match names"},
    },
}

PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "Problem details, RFC 9457.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {**_TEXT, "format": "uri-reference"},
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "code": {**_TEXT, "enum": list(CODES)},
        "field": {**_TEXT, "description": "the name of the request that is at fault"},
    },
}

PROBLEM_ANSWER: dict[str, Any] = {
    "description": "Anything that is not well",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
