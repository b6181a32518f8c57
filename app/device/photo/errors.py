"""Everything that can be wrong with a photo, by what the person can do about it.

* PhotoError              the photo is not kept; text, place and category of the defect are
  - EmptyPhoto            the file has no content: take or choose another
  - PhotoTooLarge         the file is too big to be an ordinary photo: choose another
  - NotAPicture           not a picture format we know: choose a photo
  - DamagedPhoto          a part of the file is missing or broken: take it again
  - TooManyPixels         more than a phone's memory holds (108 megapixels): take it as usual
  - HeicNotSupported      this browser cannot read the format: change a setting of the phone
  - BrowserTooOld         this browser cannot make pictures smaller: update the phone
  - BadShape              what was to be covered is no shape in the photo: paint again

`key` names the sentence in assets/i18n.
"""

from __future__ import annotations

from typing import ClassVar


class PhotoError(Exception):
    key: ClassVar[str]


class EmptyPhoto(PhotoError):
    key = "photo.error.empty_photo"


class PhotoTooLarge(PhotoError):
    key = "photo.error.photo_too_large"


class NotAPicture(PhotoError):
    key = "photo.error.not_a_picture"


class DamagedPhoto(PhotoError):
    key = "photo.error.damaged_photo"


class TooManyPixels(PhotoError):
    key = "photo.error.too_many_pixels"


class HeicNotSupported(PhotoError):
    key = "photo.error.heic_not_supported"


class BrowserTooOld(PhotoError):
    key = "photo.error.browser_too_old"


class BadShape(PhotoError, ValueError):
    key = "photo.error.bad_shape"
