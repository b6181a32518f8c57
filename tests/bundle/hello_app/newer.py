"""The next version of the smallest app."""

import flet as ft


def main(page: ft.Page) -> None:
    page.add(ft.Button("Den nya"))


ft.run(main)
