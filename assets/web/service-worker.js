/* Keeps one whole version of the app for starting without a network.
 *
 * A version is complete before it is written down as the current one; from then on every start gets it,
 * also from an older worker that still waits for its pages to close. All files but the front page have
 * their content's hash in the address, so versions never mix, and an older version is thrown away only
 * when a page of the current one is the only page open.
 * Tiles of the base map that a person has put on the phone (tiles.js) are answered from a cache of their
 * own, which lives longer than any version.
 * Everything that is not the app (the API, the office, the documentation) goes straight to the network.
 */
const VERSION = "%VERSION%";
const FILES = "%FILES%"; // {all: […], <engine>: […]}
const NAME = `rundan-${VERSION}`;
const CURRENT = "/v/current"; // an entry of the cache BOOK: the name of the cache to start from
const BOOK = "rundan";
const AT_ONCE = 6;
const MAP = "map-tiles";
const TILE = /^\/api\/v1\/tiles\/\d+\/\d+\/\d+$/;
// Flutter logs a fault for every tile that fails: where there is none, it gets one that shows nothing.
const NO_TILE = Uint8Array.from(atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNg"
    + "YAAAAAMAASsJTYQAAAAASUVORK5CYII="), (letter) => letter.charCodeAt(0));

const engine = new URL(self.location.href).searchParams.get("engine") ?? "canvaskit";
const kept = ["/", ...FILES.all, ...(FILES[engine] ?? [])];

async function keep(cache, path) {
    const older = path.startsWith("/v/") ? await caches.match(path) : undefined;
    const response = older ?? await fetch(path, { cache: path.startsWith("/v/") ? "default" : "no-cache" });
    if (!response.ok) {
        throw new Error(`${path}: ${response.status}`);
    }
    if (path.startsWith("/v/") && (response.headers.get("content-type") ?? "").startsWith("text/html")) {
        throw new Error(`${path}: a page of a proxy, or to log in`); // no file of a version is one
    }
    if (path === "/" && !(await response.clone().text()).includes(VERSION)) {
        throw new Error(`the front page is no longer that of ${VERSION}`);
    }
    await cache.put(path, response);
}

async function currentName() {
    const entry = await (await caches.open(BOOK)).match(CURRENT);
    return entry ? entry.text() : NAME;
}

async function keepAll() {
    const cache = await caches.open(NAME);
    const waiting = [...kept];
    const line = async () => {
        for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
            await keep(cache, path);
        }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, line));
    await (await caches.open(BOOK)).put(CURRENT, new Response(NAME));
}

async function dropOlder(current) {
    const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const names = await caches.keys();
    if (pages.length > 1 || self.registration.installing) {
        return; // another page may need its version, or a newer one is being fetched
    }
    await Promise.all(names
        .filter((name) => name.startsWith("rundan-") && name !== current)
        .map((name) => caches.delete(name)));
}

async function tellWhatIsKept(page, version) {
    const current = await currentName();
    page.postMessage({ rundan: "kept", version: current.slice("rundan-".length) });
    if (current === `rundan-${version}`) {
        await dropOlder(current);
    }
}

self.addEventListener("install", (event) => {
    event.waitUntil(keepAll()); // no skipWaiting: the older worker starts the new version just as well
});

self.addEventListener("activate", (event) => {
    event.waitUntil(self.clients.claim());
});

self.addEventListener("message", (event) => {
    const { rundan, version } = event.data;
    if (rundan === "started") {
        event.waitUntil(tellWhatIsKept(event.source, version));
    }
});

function isFrontPage(request, path) {
    return request.mode === "navigate" && (path === "/" || path.startsWith("/anslut/"));
}

async function answer(path, request) {
    const cache = await caches.open(await currentName());
    return (await cache.match(path)) ?? (await caches.match(path)) ?? fetch(request);
}

async function tile(request) {
    const cache = await caches.open(MAP);
    const kept = await cache.match(request.url);
    if (kept) {
        return kept;
    }
    try {
        const response = await fetch(request);
        if (response.ok) {
            return response;
        }
    } catch {
        // without a network; an older map is better than none
    }
    const older = await cache.match(request.url, { ignoreSearch: true });
    return older ?? new Response(NO_TILE, { headers: { "Content-Type": "image/png", "Cache-Control": "no-store" } });
}

self.addEventListener("fetch", (event) => {
    const { request } = event;
    const url = new URL(request.url);
    if (request.method !== "GET") {
        return;
    }
    if (url.origin !== self.location.origin) {
        // Flutter's plug-ins name a CDN; nothing of this app may leave for another host.
        event.respondWith(new Response(null, { status: 204 }));
    } else if (TILE.test(url.pathname)) {
        if (!url.searchParams.has("keep")) {
            event.respondWith(tile(request));
        }
    } else if (isFrontPage(request, url.pathname)) {
        event.respondWith(answer("/", request));
    } else if (url.pathname.startsWith("/v/") || kept.includes(url.pathname) && url.pathname !== "/") {
        event.respondWith(answer(url.pathname, request));
    }
});
