/* Runs bytecode_compile.py in Pyodide under Node: node bytecode_runner.mjs PYODIDE_DIR SCRIPT SOURCE TARGET */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [pyodideDir, script, source, target] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${pyodideDir}/pyodide.mjs`));
const pyodide = await loadPyodide({
    indexURL: `${pyodideDir}/`,
    env: { HOME: "/home/pyodide", PYTHONNODEBUGRANGES: "1" }, // lines in tracebacks, no columns
});
pyodide.FS.mkdirTree("/source");
pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: source }, "/source");
pyodide.FS.mkdirTree("/target");
pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: target }, "/target");
pyodide.runPython(readFileSync(script, "utf-8"));
