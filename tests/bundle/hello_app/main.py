"""The smallest app: a button, a counter, and what only a page can do."""

import flet as ft

from app.device.page import page_call


async def main(page: ft.Page) -> None:
    count = ft.Text("Antal: 0")

    def add() -> None:
        count.value = f"Antal: {int(count.value.split()[1]) + 1}"

    async def pick() -> None:
        file = await page_call("pick_photo", {"accept": "image/*"})
        size = None if file is None else (await file.arrayBuffer()).byteLength
        count.value = f"Fil: {size}"
        count.update()

    page.add(
        ft.Text("Rundan · åäö ÅÄÖ • ←↑→↓ ✓ ★ ▶ ■ □ ▲ ▼"),
        count,
        ft.Button("Räkna", on_click=add),
        ft.Button("Välj bild", icon=ft.Icons.PHOTO_CAMERA, on_click=pick),
        ft.Text(f"Väg: {page.route}"),
    )


ft.run(main)
