// One photo with tus-js-client, as its documentation says: node upload.mjs '{"endpoint", "token", "file", …}'
// only_posts: it says PATCH in a header of its own.
// stop_after: of so many bytes the program ends, as a phone does that is switched off.
import { readFileSync } from "node:fs";
import { Upload } from "tus-js-client";

const given = JSON.parse(process.argv[2]);
const data = readFileSync(given.file);
const say = (what) => process.stdout.write(JSON.stringify(what) + "\n");
let requests = 0;

const upload = new Upload(data, {
  endpoint: given.endpoint,
  uploadUrl: given.url ?? null,
  chunkSize: given.piece_bytes,
  uploadDataDuringCreation: given.with_creation ?? false,
  overridePatchMethod: given.only_posts ?? false,
  parallelUploads: 1,
  retryDelays: [0, 10, 100],
  headers: { Authorization: `Bearer ${given.token}` },
  metadata: { sha256: given.sha256, area: given.area },
  onBeforeRequest: () => { requests += 1; },
  onChunkComplete: (_, sent) => {
    if (given.stop_after && sent >= given.stop_after) {
      say({ url: upload.url, sent, requests });
      process.exit(0);
    }
  },
  onSuccess: () => say({ url: upload.url, sent: data.length, requests }),
  onError: (error) => say({ error: String(error) }),
});
upload.start();
