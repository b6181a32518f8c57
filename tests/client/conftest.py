from tests.central.conftest import store

__all__ = ["store"]
