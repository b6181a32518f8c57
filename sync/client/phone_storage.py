"""What the phone's own storage raises, as far as sync has to know: app/device/storage has more."""


class PhoneStorageError(Exception):
    """It cannot be read or written now. What was on disk before is not touched."""
