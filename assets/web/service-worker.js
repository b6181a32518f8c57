/* Keeps one whole version of the app for starting without a network.
 *
 * A version is complete before it is used, and an older one is thrown away only when no page of it is
 * open. All files but the front page have their content's hash in the address, so versions never mix.
 * Everything that is not the app (the API, the office, the documentation) goes straight to the network.
 */
const VERSION = "%VERSION%";
const FILES = "%FILES%"; // {all: […], <engine>: […]}
const NAME = `rundan-${VERSION}`;
const AT_ONCE = 6;

const engine = new URL(self.location.href).searchParams.get("engine") ?? "canvaskit";
const kept = ["/", ...FILES.all, ...(FILES[engine] ?? [])];

async function keep(cache, path) {
    const older = path.startsWith("/v/") ? await caches.match(path) : undefined;
    const response = older ?? await fetch(path, { cache: path.startsWith("/v/") ? "default" : "no-cache" });
    if (!response.ok) {
        throw new Error(`${path}: ${response.status}`);
    }
    await cache.put(path, response);
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
}

async function dropOlder() {
    const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    if (pages.length > 1) {
        return;
    }
    const names = await caches.keys();
    await Promise.all(names
        .filter((name) => name.startsWith("rundan-") && name !== NAME)
        .map((name) => caches.delete(name)));
}

self.addEventListener("install", (event) => {
    event.waitUntil(keepAll().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
    event.waitUntil(self.clients.claim());
});

self.addEventListener("message", (event) => {
    const { rundan, version } = event.data;
    if (rundan === "started") {
        event.source.postMessage({ rundan: "kept", version: VERSION });
        if (version === VERSION) {
            event.waitUntil(dropOlder());
        }
    }
});

function isFrontPage(request, path) {
    return request.mode === "navigate" && (path === "/" || path.startsWith("/anslut/"));
}

async function answer(path, request) {
    const cache = await caches.open(NAME);
    return (await cache.match(path)) ?? (await caches.match(path)) ?? fetch(request);
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
    } else if (isFrontPage(request, url.pathname)) {
        event.respondWith(answer("/", request));
    } else if (url.pathname.startsWith("/v/") || kept.includes(url.pathname) && url.pathname !== "/") {
        event.respondWith(answer(url.pathname, request));
    }
});
