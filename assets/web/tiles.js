// Keeps tiles of the base map for use without a network; Python's side is app/device/browser_tiles.py.
// The service worker answers for them from the same cache, which no update of the app throws away.
//
//   await keep([path…])   { outcome: "kept", count, bytes, missing }
//                         { outcome: "later", retryAfter } | { outcome: "full" | "unreachable", text }
//   await forget(version) everything, or all versions but this one

const CACHE = "map-tiles";
const AT_ONCE = 4;
const TIMEOUT_MS = 30000;

export async function keep(paths) {
  const cache = await caches.open(CACHE);
  const waiting = [...paths];
  const told = { outcome: "kept", count: 0, bytes: 0, missing: 0 };
  const line = async () => {
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
      await keepOne(cache, path, told);
      if (told.outcome !== "kept") {
        waiting.length = 0;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, line));
  return told;
}

export async function forget(version) {
  if (version === null || version === undefined) {
    await caches.delete(CACHE);
    return;
  }
  const cache = await caches.open(CACHE);
  for (const request of await cache.keys()) {
    if (new URL(request.url).searchParams.get("v") !== version) {
      await cache.delete(request);
    }
  }
}

async function keepOne(cache, path, told) {
  try {
    const kept = await cache.match(path);
    const response = kept ?? (await fetched(path));
    if (response.status === 404) {
      told.missing += 1;
      return;
    }
    if (response.status === 503 || response.status === 429) {
      told.outcome = "later";
      told.retryAfter = Number(response.headers.get("Retry-After")) || 60;
      return;
    }
    const picture = await response.blob();
    if (!response.ok || !picture.type.startsWith("image/")) {
      throw new Error(`an answer ${response.status} that is no tile`);
    }
    if (kept === undefined) {
      const headers = { "Content-Type": picture.type };
      await cache.put(path, new Response(picture, { headers }));
    }
    told.count += 1;
    told.bytes += picture.size;
  } catch (error) {
    told.outcome = error.name === "QuotaExceededError" ? "full" : "unreachable";
    told.text = `${error.name}: ${error.message}`;
  }
}

/** Past the service worker, which would answer with an empty tile for one that is not there. */
async function fetched(path) {
  return fetch(`${path}&keep`, { credentials: "omit", redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS) });
}
