/* The page's entry: Python first (it takes longest), then Flutter, then what keeps it all offline. */
import "./python.js";
import { keepOffline } from "./offline.js";
import { firstScreen } from "./semantics.js";
import { mark, showFailure } from "./start-screen.js";

const flutter = document.createElement("script");
flutter.src = `${globalThis.rundanConfig.engine}flutter_bootstrap.js`;
flutter.addEventListener("error", () => showFailure(flutter.src));
document.head.append(flutter);

globalThis.flet.flutterAppLoaded.then(() => mark("flutter-running"));
firstScreen.then(keepOffline);

// WebKit brings a page back from its back/forward cache with Flutter's frames stopped (see flet_web's
// index.html). What was recorded is on disk, so starting afresh loses nothing.
addEventListener("pageshow", (event) => {
    if (event.persisted && navigator.vendor?.startsWith("Apple")) {
        location.reload();
    }
});
