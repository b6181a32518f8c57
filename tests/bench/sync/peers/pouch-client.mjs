// Records with their photos attached, replicated: node pouch-client.mjs '{"url", "folder", "kept", "database", "record_bytes"}'
import { randomBytes, randomUUID } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import PouchDB from "pouchdb";
import { go, now, say } from "./starting-gun.mjs";

const { url, folder, kept, database, record_bytes } = JSON.parse(process.argv[2]);
const local = new PouchDB(kept);
for (const name of readdirSync(folder)) {
  const data = readFileSync(join(folder, name));
  const text = randomBytes(Math.floor(record_bytes * 0.37)).toString("hex");
  const photo = { content_type: "image/jpeg", data };
  await local.put({ _id: randomUUID(), kind: "defect", text, _attachments: { photo } });
}
const remote = new PouchDB(`${url}/${database}`);
await remote.info(); // the database is made before the clock runs

await go();
const began = now();
const result = await local.replicate.to(remote);
if (!result.ok || result.doc_write_failures) throw new Error(JSON.stringify(result));
say({ began, ended: now(), written: result.docs_written });
process.exit(0);
