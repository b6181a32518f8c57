/* Which language the page speaks: what screen readers read it in, and what the next start begins with. */

const KEPT = "rundan-language";
const root = document.documentElement;
let spoken = root.lang;

/** Flutter writes a language of its own there when it starts ("en-US"): ours comes back at once. */
new MutationObserver(() => speakIn(spoken)).observe(root, { attributeFilter: ["lang"] });

export function speakIn(language) {
    spoken = language;
    if (root.lang !== language) {
        root.lang = language;
    }
}

/** The language the app was in last; on a first visit the first of the phone's own that there is. */
export function languageOfThePhone() {
    const { languages } = globalThis.rundanConfig;
    const wanted = [kept(), ...navigator.languages].map((tag) => tag?.split("-")[0].toLowerCase());
    return wanted.find((language) => languages.includes(language)) ?? languages[0];
}

/** Only a help at the next start: the app itself keeps what was chosen in its database. */
export function keepLanguage(language) {
    try {
        localStorage.setItem(KEPT, language);
    } catch (error) {
        console.warn("Rundan: the next start speaks the phone's language.", error.message);
    }
}

function kept() {
    try {
        return localStorage.getItem(KEPT);
    } catch {
        return null; // a browser that keeps nothing for us says so by throwing
    }
}
