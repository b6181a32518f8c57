"""The words of the job, as codes that never change; their Swedish lives in assets/i18n."""

from __future__ import annotations

from enum import StrEnum


class EntityKind(StrEnum):
    ROUND = "round"
    OBSERVATION = "observation"
    PHOTO = "photo"
    REPORT = "report"
    STOP = "stop"
    ROUTE = "route"
    RECHECK = "recheck"


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


class Light(StrEnum):
    """Whether a round was walked in daylight or in the dark."""

    DAYLIGHT = "daylight"
    DARK = "dark"


class Weather(StrEnum):
    SUN = "sun"
    CLOUD = "cloud"
    RAIN = "rain"
    SNOW = "snow"
    FOG = "fog"
    WIND = "wind"


class Group(StrEnum):
    """Who takes part in a round: counted, never named."""

    RESIDENTS = "residents"
    YOUNG_LEADERS = "young_leaders"
    POLICE = "police"
    OWNERS = "owners"
    ASSOCIATION = "association"
    MUNICIPALITY = "municipality"
    OTHERS = "others"

    @property
    def field(self) -> str:
        """The field of a round that holds the count."""
        return f"count_{self.value}"


class Perception(StrEnum):
    """What is scored at a stop, 1 (bad) to 5 (good).

    A choice of four of the nine parameters of the SafetiPin safety audit.
    """

    LIGHT = "light"
    OVERVIEW = "overview"
    PEOPLE = "people"
    FEELING = "feeling"

    @property
    def field(self) -> str:
        """The field of a stop that holds the score."""
        return f"score_{self.value}"


class Verdict(StrEnum):
    """What a later visit to an observation saw."""

    ALSO_SEEN = "also_seen"
    FIXED = "fixed"
    REMAINS = "remains"
    WORSE = "worse"


class Cover(StrEnum):
    """What a person decided of faces and number plates in a photo, before it leaves the phone."""

    COVERED = "covered"
    NOTHING_TO_COVER = "nothing_to_cover"


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
