// jsforce: the client that JavaScript programmers take, and that `sf` itself is built on. One line of JSON a row.
import assert from "node:assert/strict";
import jsforce from "jsforce";
import { row, asked } from "./rows.mjs";

const connection = new jsforce.Connection({ instanceUrl: asked.url, accessToken: asked.token, version: "67.0" });
let record;

await row("identity", async () => {
  const found = await connection.identity();
  assert.equal(found.user_id, asked.user_id);
  assert.equal(found.username, asked.username);
});
await row("sobject.create, retrieve and update", async () => {
  record = (await connection.sobject("Account").create({ Name: "Joyce & Søn" })).id;
  assert.equal((await connection.sobject("Account").retrieve(record)).Name, "Joyce & Søn");
  assert.equal((await connection.sobject("Account").update({ Id: record, Name: "Joyce" })).success, true);
});
await row("sobject.create, of many: collections", async () => {
  const many = Array.from({ length: 250 }, (_, n) => ({ Name: `Jay ${n}`, Source_Id__c: `J-${n}` }));
  many.push({ Name: "Bad", NumberOfEmployees: -1 });
  const found = await connection.sobject("Account").create(many, { allowRecursive: true });
  assert.equal(found.filter((one) => one.success).length, 250);
  assert.equal(found.at(-1).errors[0].statusCode, "FIELD_CUSTOM_VALIDATION_EXCEPTION");
});
await row("sobject.upsert", async () => {
  const found = await connection.sobject("Account").upsert({ Source_Id__c: "J-0", Name: "Jay again" }, "Source_Id__c");
  assert.equal(found.success, true);
});
await row("sobject.find, with conditions", async () => {
  const found = await connection
    .sobject("Account")
    .find({ Source_Id__c: { $like: "J-%" }, CreatedDate: { $gte: jsforce.Date.YESTERDAY } }, "Id, Name")
    .sort({ Source_Id__c: 1 })
    .limit(10);
  assert.equal(found.length, 10);
});
await row("query, over pages", async () => {
  const found = await connection.query("SELECT Id FROM Task", { autoFetch: true, maxFetch: 10_000 });
  assert.equal(found.records.length, asked.tasks);
});
await row("query, explained", async () => {
  const found = await connection.query("SELECT Id FROM Account").explain();
  assert.ok(found.plans.length > 0);
});
await row("describe, describeGlobal and limits", async () => {
  assert.ok((await connection.describe("Visit__c")).fields.some((field) => field.name === "Place__c"));
  assert.ok((await connection.describeGlobal()).sobjects.some((one) => one.name === "Visit__c"));
  assert.ok((await connection.limits()).DailyApiRequests.Max > 0);
});
await row("updated and deleted", async () => {
  await connection.sobject("Account").destroy(record);
  const begun = new Date(Date.now() - 3_600_000).toISOString();
  const ended = new Date(Date.now() + 300_000).toISOString();
  const gone = await connection.sobject("Account").deleted(begun, ended);
  assert.ok(gone.deletedRecords.some((one) => one.id === record));
  assert.ok((await connection.sobject("Account").updated(begun, ended)).ids.length >= 250);
});
await row("bulk2.loadAndWaitForResults", async () => {
  const input = Array.from({ length: 30 }, (_, n) => ({ Name: `Bulk "${n}"`, Source_Id__c: `JB-${n}`, NumberOfEmployees: n }));
  input.push({ Name: "Bad", Source_Id__c: "JB-bad", NumberOfEmployees: "-1" });
  const found = await connection.bulk2.loadAndWaitForResults({ object: "Account", operation: "insert", input });
  assert.equal(found.successfulResults.length, 30);
  assert.equal(found.failedResults.length, 1);
  assert.match(found.failedResults[0].sf__Error, /^FIELD_CUSTOM_VALIDATION_EXCEPTION:/);
});
await row("bulk2.query", async () => {
  const stream = await connection.bulk2.query("SELECT Id, Name FROM Account WHERE Source_Id__c LIKE 'JB-%'");
  assert.equal((await stream.toArray()).length, 30);
});
await row("bulk.load, of records: insert", async () => {
  const input = Array.from({ length: 20 }, (_, n) => ({ Name: `First "${n}"`, Source_Id__c: `JF-${n}`, NumberOfEmployees: n }));
  input.push({ Name: "Bad", Source_Id__c: null, NumberOfEmployees: -1 });
  const found = await connection.bulk.load("Account", "insert", input);
  assert.equal(found.filter((one) => one.success && one.created && one.id.startsWith("001")).length, 20);
  assert.match(found.at(-1).errors[0], /^FIELD_CUSTOM_VALIDATION_EXCEPTION:/);
});
await row("bulk.load, of CSV: upsert", async () => {
  const input = "Source_Id__c,Name\r\nJF-0,Søren\r\nJF-20,New\r\n";
  const found = await connection.bulk.load("Account", "upsert", { extIdField: "Source_Id__c", concurrencyMode: "Serial" }, input);
  assert.deepEqual(found.map((one) => [one.success, one.created]), [[true, false], [true, true]]);
});
await row("bulk.load, of a field that there is not", async () => {
  await assert.rejects(async () => connection.bulk.load("Account", "insert", [{ Nothing__c: "x" }]), /Field name not found/);
});
await row("bulk.query", async () => {
  const stream = await connection.bulk.query("SELECT Id, Name, Source_Id__c FROM Account WHERE Source_Id__c LIKE 'JF-%'");
  const found = await stream.toArray();
  assert.equal(found.length, 21);
  assert.equal(found.find((one) => one.Source_Id__c === "JF-0").Name, "Søren");
});
await row("bulk.createJob, two batches, list, close and check", async () => {
  const job = connection.bulk.createJob("Account", "delete");
  const found = await connection.query("SELECT Id FROM Account WHERE Source_Id__c LIKE 'JF-%'");
  const ids = found.records.map(({ Id }) => ({ Id }));
  for (const some of [ids.slice(0, 5), ids.slice(5)]) {
    const batch = job.createBatch();
    batch.execute(some).on("queue", () => batch.poll(200, 20_000));
    const done = await new Promise((resolve, reject) => batch.on("response", resolve).on("error", reject));
    assert.ok(done.every((one) => one.success));
  }
  assert.deepEqual((await job.list()).map((one) => one.state), ["Completed", "Completed"]);
  const { id } = job;
  assert.equal((await job.close()).state, "Closed");
  assert.equal((await connection.bulk.job(id).check()).numberRecordsProcessed, "21");
});
await row("tooling.query", async () => {
  const found = await connection.tooling.query("SELECT Id, ValidationName FROM ValidationRule");
  assert.deepEqual(found.records.map((one) => one.ValidationName), ["Employees_Not_Negative"]);
});
await row("requestPost, of a composite tree", async () => {
  const records = [
    {
      attributes: { type: "Account", referenceId: "above" },
      Name: "Tree",
      Contacts: { records: [{ attributes: { type: "Contact", referenceId: "below" }, LastName: "Leaf" }] },
    },
  ];
  const found = await connection.requestPost("/services/data/v67.0/composite/tree/Account", { records });
  assert.equal(found.hasErrors, false);
  assert.deepEqual(found.results.map((one) => one.referenceId), ["above", "below"]);
});
await row("soap convertLead", async () => {
  const lead = (await connection.sobject("Lead").create({ LastName: "Joyce", Company: "Joyce AS" })).id;
  const found = await connection.soap.convertLead({
    leadId: lead,
    convertedStatus: "Closed - Converted",
    doNotCreateOpportunity: false,
    opportunityName: "Joyce's deal",
  });
  assert.equal(found.success, true);
  assert.equal((await connection.sobject("Opportunity").retrieve(found.opportunityId)).Name, "Joyce's deal");
});
await row("a session that has ended", async () => {
  const ended = new jsforce.Connection({ instanceUrl: asked.url, accessToken: `${asked.org}!ended`, version: "67.0" });
  await assert.rejects(ended.query("SELECT Id FROM Account"), { errorCode: "INVALID_SESSION_ID" });
  await assert.rejects(ended.bulk.createJob("Account", "insert").open(), { errorCode: "InvalidSessionId" });
});
