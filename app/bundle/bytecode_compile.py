"""Compiles /source/**/*.py to /target/**/*.pyc. Runs in Pyodide's own Python, see bytecode.py.

Docstrings are cut to one character, not removed: dataclasses would compute one each at every start.
The files are sourceless, so the recorded path is the module's path in the archive.
"""

import ast
import importlib.util
import marshal
from pathlib import Path

UNCHECKED_HASH = 0b01
HEADER_REST = b"\0" * 8


def without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            first = node.body[0] if node.body else None
            match first:
                case ast.Expr(value=ast.Constant(value=str()) as text):
                    text.value = "."
    return tree


def compiled(source: Path, name: str) -> bytes:
    tree = without_docstrings(ast.parse(source.read_bytes(), name))
    code = compile(tree, name, "exec", dont_inherit=True)
    flags = UNCHECKED_HASH.to_bytes(4, "little")
    return importlib.util.MAGIC_NUMBER + flags + HEADER_REST + marshal.dumps(code)


for path in Path("/source").rglob("*.py"):
    name = path.relative_to("/source")
    target = Path("/target") / name.with_suffix(".pyc")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(compiled(path, name.as_posix()))
