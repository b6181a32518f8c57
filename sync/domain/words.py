"""The words of the job, as codes that never change; their Swedish lives in assets/i18n."""

from __future__ import annotations

from enum import StrEnum


class EntityKind(StrEnum):
    ROUND = "round"
    OBSERVATION = "observation"
    PHOTO = "photo"
    REPORT = "report"


class RoundKind(StrEnum):
    INSPECTION = "inspection"
    FAULT_REPORT = "fault_report"
    SAFETY_WALK = "safety_walk"


class ObservationKind(StrEnum):
    DEFECT = "defect"
    POSITIVE = "positive"
    PROPOSAL = "proposal"


class Category(StrEnum):
    LIGHTING = "belysning"
    LITTER = "nedskrapning"
    GRAFFITI = "klotter"
    VANDALISM = "skadegorelse"
    ROAD = "vagskada"
    PAVEMENT = "gangbana"
    CYCLE_PATH = "cykelbana"
    VEGETATION = "vaxtlighet"
    BIN = "papperskorg"
    TRAFFIC = "trafik"
    PARK = "lekplats_park"
    WATER = "vatten_avlopp"
    SNOW_ICE = "sno_is"
    CABINET = "elskap"
    OTHER = "annat"


class PlaceSource(StrEnum):
    GPS = "gps"
    PIN = "pin"
    EXIF = "exif"


class Party(StrEnum):
    """Who can be responsible for a defect."""

    FGK = "fgk"


class Writer(StrEnum):
    """Who wrote a change: what each may write is a table in `fields`."""

    PHONE = "phone"
    OFFICE = "office"
    STORE = "store"
