// One Pyodide in a module worker, set up as the field app's worker is: assets/web modules imported
// first, then the packages unpacked on sys.path. Names survive from one run to the next.
// No top-level await here: a message that comes before `onmessage` is set would be lost.
import { loadPyodide } from "/pyodide/pyodide.mjs";

// What app/device asks its worker for; assets/web/python-worker.js has the same.
self.rundanWorker = { load: (name) => import(new URL(`/${name}`, self.location.href)) };

const BOOT = `
import base64, json, sys, traceback
import pyodide.code
sys.path.insert(0, "/lab/packages")

def _plain(value):
    if isinstance(value, dict) and set(value) == {"__bytes__"}:
        return base64.b64decode(value["__bytes__"])
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return value

def _wire(value):
    if isinstance(value, (bytes, bytearray, memoryview)):
        return {"__bytes__": base64.b64encode(value).decode()}
    if isinstance(value, dict):
        return {k: _wire(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_wire(v) for v in value]
    return value

async def note(value):
    "Tells the test at once, in the order of the calls; waits until the test's server has it."
    import js
    await js.fetch("/lab/note", method="POST", body=json.dumps(_wire(value)))

_names = {"__name__": "lab", "note": note}

async def _run(code, data):
    _names.update(_plain(json.loads(data)))
    try:
        value = await pyodide.code.eval_code_async(code, _names)
        return json.dumps({"value": _wire(value)})
    except BaseException as fault:
        return json.dumps({"error": traceback.format_exc(), "kind": type(fault).__name__})
`;

async function start() {
  const [pyodide, archive] = await Promise.all([
    loadPyodide(),
    fetch("/lab/packages.zip").then((r) => r.arrayBuffer()),
    ...(await fetch("/lab/modules.json").then((r) => r.json())).map((url) => import(url)),
  ]);
  pyodide.unpackArchive(archive, "zip", { extractDir: "/lab/packages" });
  await pyodide.runPythonAsync(BOOT);
  return pyodide.globals.get("_run");
}

const starting = start();

self.onmessage = async ({ data: { id, code, data } }) => {
  try {
    const run = await starting;
    self.postMessage({ id, ...JSON.parse(await run(code, data)) });
  } catch (fault) {
    self.postMessage({ id, error: `${fault}\n${fault.stack ?? ""}`, kind: "JavaScript" });
  }
};
