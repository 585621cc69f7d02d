import assert from "node:assert/strict";
import { configOf } from "../../../src/config/mod.ts";
import { runWizard } from "../../../src/screen/wizard/mod.ts";
import { ACCEPTED, parsed, Person, wizardDeps } from "./person.ts";

const OPTIONS = { isSure: false, needsFile: false };

Deno.test("runWizard() asks for a file of rows until one can be read, and where its columns stand", async () => {
  const read: string[] = [];
  const readRows = (text: string) => {
    read.push(configOf(parsed(text)).data?.["users"]?.file ?? "");
    const isThere = read.length > 1;
    return Promise.resolve(isThere ? null : "users.csv does not exist");
  };
  const person = new Person([
    ...["http://localhost:1/{{users.id}}", "http://localhost:1/"],
    ...[undefined, undefined, "rows", "", "users.csv", undefined],
    ...["http://localhost:1/{{users.id}}", "x-id: {{uuid}}"],
    ...ACCEPTED.slice(0, 6),
    ...["fire"],
  ]);
  const end = await runWizard(person, wizardDeps({ readRows }), OPTIONS);
  assert.deepEqual(read, ["users.csv", "users.csv"]);
  assert.match(person.complaints.join(), /is of a file.*must name a file/);
  assert.match(person.asked.join("\n"), /users.csv does not exist/);
  assert.ok(end.kind === "fire");
  const config = configOf(parsed(end.text));
  assert.equal(config.targets[0]?.url, "http://localhost:1/{{users.id}}");
  assert.deepEqual(
    [config.data?.["users"]?.file, config.data?.["users"]?.pick],
    ["users.csv", "random"],
  );
});

Deno.test("runWizard() asks a call that differs for no URL with fields", async () => {
  const person = new Person([
    ...[undefined, "grpc", "a.B/C", "drawn", undefined, '{"id": "{{uuid}}"}'],
  ]);
  await assert.rejects(runWizard(person, wizardDeps(), OPTIONS), /end/);
  assert.deepEqual(person.asked.slice(3), [
    "Do requests differ from one another [no]",
    "Headers []",
    "Message as JSON []",
    "Base TPS [100]",
  ]);
});
