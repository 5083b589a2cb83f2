// salesforce-pubsub-api-client: the Node client of the Pub/Sub API. It logs in by itself, and trusts its own authorities
// for gRPC, so that only there the certificate is not checked.
import assert from "node:assert/strict";
import PubSubApiClient from "salesforce-pubsub-api-client";
import { row, asked } from "./rows.mjs";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const common = { loginUrl: asked.url, pubSubEndpoint: asked.stream, rejectUnauthorizedSsl: false };

// Gives the first events of Account's changes, oldest first.
function events(client, count) {
  return new Promise((resolve, reject) => {
    const found = [];
    const late = setTimeout(() => reject(new Error(`${found.length} of ${count} events came`)), 20_000);
    client.subscribeFromEarliestEvent(
      "/data/AccountChangeEvent",
      (_, kind, data) => {
        if (kind === "error") reject(data);
        if (kind === "event") found.push(data);
        if (found.length === count) {
          clearTimeout(late);
          resolve(found);
        }
      },
      count,
    );
  });
}

await row("connects by client credentials, and reads the first events", async () => {
  const client = new PubSubApiClient(
    { ...common, authType: "oauth-client-credentials", clientId: asked.app, clientSecret: asked.secret },
    silent,
  );
  await client.connect();
  const found = await events(client, 3);
  assert.equal(found[0].payload.ChangeEventHeader.entityName, "Account");
  assert.equal(found[0].payload.ChangeEventHeader.changeType, "CREATE");
  assert.equal(found[0].payload.Name, "Sample 0");
  client.close();
});
await row("connects by JWT, and parses what changed", async () => {
  const client = new PubSubApiClient(
    {
      ...common,
      authType: "oauth-jwt-bearer",
      clientId: asked.app,
      username: asked.username,
      privateKey: asked.key,
    },
    silent,
  );
  await client.connect();
  const found = await events(client, 5);
  const changed = found.find((one) => one.payload.ChangeEventHeader.changeType === "UPDATE");
  assert.ok(changed.payload.ChangeEventHeader.changedFields.includes("Name"));
  client.close();
});
process.exit(0);
