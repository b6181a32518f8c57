/* What the browser knows of the phone: its network, its room, what the person has allowed. */
import { keepLanguage, speakIn } from "./start-language.js";

/** {online, type}: type as NetworkInformation (WICG) has it, null where the browser does not tell. */
export function connection() {
    return { online: navigator.onLine, type: navigator.connection?.type ?? null };
}

/** {quota, usage} in bytes, null where the browser does not tell. */
export async function room() {
    if (!navigator.storage?.estimate) {
        return null;
    }
    const { quota, usage } = await navigator.storage.estimate();
    return quota === undefined ? null : { quota, usage };
}

/** {name} "camera" or "geolocation" → "granted", "denied", "prompt", or "unknown". */
export async function permission({ name }) {
    try {
        return (await navigator.permissions.query({ name })).state;
    } catch {
        return "unknown"; // a browser that knows no such permission says so by throwing
    }
}

/** {language, text_percent}: for screen readers, and for Flutter, which takes its text scale from
 * the size of the root element's letters and listens to changes of it.
 *
 * The direction stays away from the root: Flutter lays out by itself, and its accessibility tree
 * would end up beside the screen.
 */
export function look({ language, text_percent: percent }) {
    const root = document.documentElement;
    speakIn(language);
    keepLanguage(language);
    root.style.fontSize = percent === 100 ? "" : `${percent}%`;
}
