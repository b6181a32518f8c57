// The laboratory's page: owns the workers, hands jobs to them, and hands back what they answer.
// Chromium calls labRun through the DevTools protocol (works with the network off); an engine without
// such a channel opens the page with ?poll and fetches its jobs from the laboratory's server.
const workers = new Map();
let lastId = 0;

function open(name) {
  const worker = new Worker("/lab/worker.js", { type: "module", name });
  const waiting = new Map();
  worker.onmessage = ({ data }) => {
    waiting.get(data.id)?.(data);
    waiting.delete(data.id);
  };
  worker.onerror = (event) => {
    for (const done of waiting.values()) done({ error: `worker: ${event.message}` });
    waiting.clear();
  };
  const held = { worker, waiting };
  workers.set(name, held);
  return held;
}

globalThis.labRun = (job) =>
  new Promise((done) => {
    const { worker, waiting } = workers.get(job.worker) ?? open(job.worker);
    const id = ++lastId;
    waiting.set(id, done);
    worker.postMessage({ id, code: job.code, data: job.data });
  });

globalThis.labClose = (name) => {
  workers.get(name)?.worker.terminate();
  workers.delete(name);
};

const page = crypto.randomUUID?.() ?? String(Math.random());

async function answer(job) {
  if (job.kind === "close") labClose(job.worker);
  const result = job.kind === "run" ? await labRun(job) : {};
  await fetch(`/lab/answer/${job.number}`, { method: "POST", body: JSON.stringify(result) });
  if (job.kind === "reload") location.reload();
}

async function poll() {
  for (;;) {
    const response = await fetch(`/lab/job?page=${page}`, { cache: "no-store" });
    if (response.status === 200) void answer(await response.json());
    if (response.status === 410) return;
  }
}

if (new URLSearchParams(location.search).has("poll")) void poll();
globalThis.labReady = true;
