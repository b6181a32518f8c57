"""What only the browser's page can do, asked for by the Python in the worker.

The calls and their arguments are in assets/web/page-calls.js, the messages in assets/web/bridge.js.
`js` and `pyodide` exist only in the browser: imported late, elsewhere PageUnavailable is raised.
"""

import sys
from collections.abc import Callable
from typing import Any


class PageUnavailable(Exception):
    """This Python does not run in a browser's page."""


class PageCallFailed(Exception):
    """The page could not do what was asked; the text is the browser's own."""


def is_in_page() -> bool:
    return sys.platform == "emscripten"


async def page_call(call: str, args: dict[str, object] | None = None) -> Any:
    """Asks the page and waits for its answer: a plain value, or a JavaScript object as a proxy.

    A `File` picked by a person arrives as itself; `await file.arrayBuffer()` reads it here.
    """
    if not is_in_page():
        raise PageUnavailable(call)
    from js import Object, rundanWorker
    from pyodide.ffi import JsException, JsProxy, to_js

    given = to_js(args or {}, dict_converter=Object.fromEntries)
    try:
        answer = await rundanWorker.call(call, given)
    except JsException as error:
        raise PageCallFailed(f"{call}: {error}") from error
    if isinstance(answer, JsProxy) and answer.constructor.name == "Object":
        answer = answer.to_py()
    return without_null(answer)


def without_null(answer: Any) -> Any:
    """JavaScript's null as None, also in what holds it: Pyodide gives an object of its own."""
    if isinstance(answer, dict):
        return {name: without_null(value) for name, value in answer.items()}
    if isinstance(answer, list):
        return [without_null(value) for value in answer]
    return None if type(answer).__name__ == "JsNull" else answer


def on_page_event(handler: Callable[[str, Any], None]) -> None:
    """Has `handler(name, detail)` called: visible, online, …, as assets/web/page-calls.js tells."""
    if not is_in_page():
        raise PageUnavailable("on_page_event")
    from js import rundanWorker
    from pyodide.ffi import create_proxy

    rundanWorker.listen(create_proxy(handler))


async def load_page_module(name: str) -> Any:
    """A JavaScript module of assets/web, imported into the worker."""
    if not is_in_page():
        raise PageUnavailable(name)
    from js import rundanWorker

    return await rundanWorker.load(f"./{name}")
