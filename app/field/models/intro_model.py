"""The three pictures at the first start."""

from __future__ import annotations

import flet as ft

PICTURES = ("see", "photograph", "mended")


@ft.observable
class IntroModel:
    """step: of PICTURES, from 0."""

    def __init__(self) -> None:
        self.step = 0

    @property
    def is_last(self) -> bool:
        return self.step == len(PICTURES) - 1

    def forward(self) -> None:
        self.step = min(self.step + 1, len(PICTURES) - 1)

    def backward(self) -> None:
        self.step = max(self.step - 1, 0)
