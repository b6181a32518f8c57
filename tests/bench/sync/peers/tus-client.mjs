// Photos with tus-js-client, some at a time: node tus-client.mjs '{"url", "folder", "streams"}'
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Upload } from "tus-js-client";
import { go, now, say } from "./starting-gun.mjs";

const { url, folder, streams } = JSON.parse(process.argv[2]);
const photos = readdirSync(folder).map((name) => readFileSync(join(folder, name)));

const send = (photo) =>
  new Promise((onSuccess, onError) => {
    const options = { endpoint: `${url}/files`, uploadDataDuringCreation: true, retryDelays: null };
    new Upload(photo, { ...options, uploadSize: photo.length, onSuccess, onError }).start();
  });

await go();
const began = now();
const waiting = photos.values();
const stream = async () => { for (const photo of waiting) await send(photo); };
await Promise.all(Array.from({ length: streams }, stream));
say({ began, ended: now() });
process.exit(0);
