// One HTTP exchange with fetch; Python's side is app/device/transport/browser.py.
//
// Python must never await a promise that the network rejects: WebKit's network errors have no
// `stack`, and for such an error Pyodide's await never returns. So what went wrong is told as a value.
//
//   await exchange(aborter(), url, { method, headers, body }, silentMs, sendMs)
//     silentMs: how long connecting may take, and each silence after; sendMs: more, for the body
//     { outcome: "answer", status, headers: [[name, value]…], body: Uint8Array }
//     { outcome: "timed-out" | "unreachable", text }

// A browser shows neither the status nor the target of a redirect it does not follow.
const HIDDEN_REDIRECT = 302;

export const aborter = () => new AbortController();

export async function exchange(controller, url, options, silentMs, sendMs) {
  let timedOut = false;
  let timer;
  const listen = (ms) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timedOut = true;
      controller.abort();
    }, ms);
  };
  try {
    listen(silentMs + sendMs);
    const response = await fetch(url, {
      ...options,
      redirect: "manual",
      cache: "no-store",
      credentials: "omit",
      signal: controller.signal,
    });
    if (response.type === "opaqueredirect") {
      return { outcome: "answer", status: HIDDEN_REDIRECT, headers: [], body: new Uint8Array() };
    }
    const body = response.body ? await whole(response.body.getReader(), () => listen(silentMs)) : new Uint8Array();
    return { outcome: "answer", status: response.status, headers: [...response.headers], body };
  } catch (error) {
    return { outcome: timedOut ? "timed-out" : "unreachable", text: `${error.name}: ${error.message}` };
  } finally {
    clearTimeout(timer);
  }
}

async function whole(reader, heard) {
  const pieces = [];
  for (;;) {
    const { done, value } = await reader.read();
    heard();
    if (done) break;
    pieces.push(value);
  }
  const body = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    body.set(piece, at);
    at += piece.length;
  }
  return body;
}
