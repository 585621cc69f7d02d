import assert from "node:assert/strict";
import {
  BACK,
  runWizard,
  type WizardDeps,
} from "../../../src/screen/wizard/mod.ts";
import { ACCEPTED, Person, wizardDeps } from "./person.ts";

const OPTIONS = { isSure: false, needsFile: false };

Deno.test("runWizard() fires what is proposed when every answer is accepted", async () => {
  const person = new Person([...ACCEPTED, "fire"]);
  const end = await runWizard(person, wizardDeps(), OPTIONS);
  assert.equal(end.kind, "fire");
  assert.match(end.kind === "fire" ? end.text : "", /base_tps: 100 /);
  assert.equal(person.asked.length, 12);
});

Deno.test("runWizard() goes back over questions that do not apply, and keeps answers", async () => {
  const person = new Person([
    ...["http://localhost:1/", "grpc", "a.B/C", "no", "", "{", "{}"],
    ...[BACK, undefined, BACK, BACK, BACK, BACK, BACK, "http"] as const,
  ]);
  await assert.rejects(runWizard(person, wizardDeps(), OPTIONS), /end/);
  assert.deepEqual(person.complaints, ['must be JSON such as {"id": 1}']);
  assert.deepEqual(
    person.asked.slice(7),
    [
      "Base TPS [100]",
      "Message as JSON [{}]",
      "Base TPS [100]",
      "Message as JSON [{}]",
      "Headers []",
      "Do requests differ from one another [no]",
      "gRPC method [a.B/C]",
      "Protocol [grpc]",
      "HTTP method [GET]",
    ],
  );
});

Deno.test("runWizard() keeps what was typed when Esc left a question, and judges it when it is given", async () => {
  const person = new Person([
    ...ACCEPTED.slice(0, 5),
    ...[{ typed: "x" }, undefined, undefined, "5"] as const,
  ]);
  await assert.rejects(runWizard(person, wizardDeps(), OPTIONS), /end/);
  assert.deepEqual(person.asked.slice(5), [
    "Base TPS [100]",
    "Headers []",
    "Base TPS [x]",
    "Base TPS [x]",
    "Max TPS [1000]",
  ]);
  assert.deepEqual(person.complaints, ['must be a number, got "x"']);
});

Deno.test("runWizard() drops the path of the URL when gRPC is chosen", async () => {
  for (
    const [url, kept] of [
      ["http://localhost:8080/api/health", "http://localhost:8080"],
      ["https://[::1]:1/a/b?c=/", "https://[::1]:1"],
      ["http://localhost:8080?q=/", "http://localhost:8080"],
    ]
  ) {
    const person = new Person([url, "grpc", BACK, BACK]);
    await assert.rejects(runWizard(person, wizardDeps(), OPTIONS), /end/);
    assert.deepEqual(person.asked.slice(3), [
      "Protocol [grpc]",
      `Target URL [${kept}]`,
    ]);
  }
});

Deno.test("runWizard() keeps the path of the URL for HTTP", async () => {
  const person = new Person([undefined, "http2", BACK, BACK]);
  await assert.rejects(runWizard(person, wizardDeps(), OPTIONS), /end/);
  assert.equal(
    person.asked.at(-1),
    "Target URL [http://localhost:8080/api/health]",
  );
});

/** The complaint about a body, as far as the wizard gets with it. */
async function bodyComplaint(headers: string, body: string) {
  const person = new Person([
    undefined,
    undefined,
    "POST",
    undefined,
    headers,
    body,
  ]);
  await assert.rejects(runWizard(person, wizardDeps(), OPTIONS), /end/);
  return person.complaints[0];
}

Deno.test("runWizard() tells that a body is broken JSON", async () => {
  const broken = ["{", '{"a": 1,}', "{'a': 1}", " [1, 2", '{"a" 1}'];
  for (const body of broken) {
    assert.match(await bodyComplaint("", body) ?? "", /^looks like JSON/, body);
  }
  const json = "content-type: application/problem+json; charset=utf-8";
  assert.match(await bodyComplaint(json, "hello") ?? "", /^looks like JSON/);
});

Deno.test("runWizard() takes a body that is JSON once its variables are put in, or another kind", async () => {
  const fine = [
    '{"id": ${ID}, "name": "${NAME}"}',
    '{"id": {{uuid}}}',
    "[]",
    "a=1&b=2",
    "<a/>",
    "",
  ];
  for (const body of fine) {
    const why = await bodyComplaint("", body);
    assert.doesNotMatch(why ?? "", /JSON/, body);
  }
  assert.equal(await bodyComplaint("Content-Type: text/plain", "{"), undefined);
});

Deno.test("runWizard() stands on Fire after the file was saved", async () => {
  const person = new Person([...ACCEPTED, "save", "kar.yaml", undefined]);
  const end = await runWizard(person, wizardDeps(), OPTIONS);
  assert.deepEqual(person.asked.slice(-3), [
    "What now [fire]",
    "Save to which file [kar.yaml]",
    "What now [fire]",
  ]);
  assert.equal(end.kind === "fire" && end.savedTo, "kar.yaml");
});

Deno.test("runWizard() asks the first question again after Esc", async () => {
  const person = new Person([BACK, BACK]);
  await assert.rejects(runWizard(person, wizardDeps(), OPTIONS), /end/);
  assert.equal(new Set(person.asked).size, 1);
});

Deno.test("runWizard() tells in the config's words why a rate is wrong", async () => {
  const person = new Person([
    ...ACCEPTED.slice(0, 5),
    ...["x", "-1", "5", "4", "6"],
  ]);
  await assert.rejects(runWizard(person, wizardDeps(), OPTIONS), /end/);
  assert.deepEqual(person.complaints, [
    'must be a number, got "x"',
    "must be at least 0, got -1",
    "must be at least base_tps, got 4",
  ]);
});

Deno.test("runWizard() fires at a host of others only after its name, or with isSure", async () => {
  const host = () => Promise.resolve({ name: "shop.example", isOwn: false });
  const foreign = wizardDeps({ host });
  const person = new Person([
    ...ACCEPTED,
    ...["fire", "yes", BACK, "fire", "shop.example"] as const,
  ]);
  const end = await runWizard(person, foreign, OPTIONS);
  assert.equal(end.kind, "fire");
  assert.deepEqual(person.complaints, ["must be shop.example; Esc goes back"]);
  const sure = new Person([...ACCEPTED, "fire"]);
  const options = { ...OPTIONS, isSure: true };
  assert.equal((await runWizard(sure, foreign, options)).kind, "fire");
});

Deno.test("runWizard() fires at a target that does not answer only on a second word", async () => {
  const reach = () => Promise.resolve({ isOk: false, text: "is silent" });
  const person = new Person([...ACCEPTED, "fire", "no", "fire", "yes"]);
  const end = await runWizard(person, wizardDeps({ reach }), OPTIONS);
  assert.equal(end.kind, "fire");
  assert.equal(person.asked.length, 15);
});

Deno.test("runWizard() saves what would be fired, and replaces no file unasked", async () => {
  const saves: string[] = [];
  const save: WizardDeps["save"] = (path, _text, mode) => {
    saves.push(`${path} ${mode}`);
    const kind = path === "a.yaml" && mode === "new" ? "exists" : "saved";
    return Promise.resolve({ kind });
  };
  const person = new Person([
    ...ACCEPTED,
    ...["save", "a.yaml", "no", "b.yaml", "save", "a.yaml", "yes", "quit"],
  ]);
  const end = await runWizard(person, wizardDeps({ save }), OPTIONS);
  assert.deepEqual(end, { kind: "quit", savedTo: "a.yaml" });
  assert.deepEqual(saves, [
    "a.yaml new",
    "b.yaml new",
    "a.yaml new",
    "a.yaml replace",
  ]);
});

Deno.test("runWizard() fires only what is in a file where that is needed", async () => {
  const person = new Person([...ACCEPTED, "fire", BACK, "fire", "a.yaml"]);
  const options = { ...OPTIONS, needsFile: true };
  const end = await runWizard(person, wizardDeps(), options);
  assert.equal(end.kind === "fire" ? end.savedTo : null, "a.yaml");
});

Deno.test("runWizard() tells at the call what is wrong with it, and only that", async () => {
  const person = new Person([
    ...[
      undefined,
      "http",
      "POST",
      "no",
      "",
      "no JSON",
      BACK,
      BACK,
      BACK,
      BACK,
      BACK,
    ] as const,
    ...["grpc", "Create", "shop.v1.Orders/Create", "no", "", "no JSON", "{}"],
  ]);
  await assert.rejects(runWizard(person, wizardDeps(), OPTIONS), /end/);
  assert.deepEqual(person.complaints, [
    'must be like package.Service/Method, got "Create"',
    'must be JSON such as {"id": 1}',
  ]);
});

Deno.test("runWizard() tells in words of its own what its own notation cannot mean", async () => {
  const person = new Person([
    ...[undefined, undefined, undefined, undefined, "authorization", "a: b; c"],
    ...[undefined, undefined, "often", "30s"],
  ]);
  await assert.rejects(runWizard(person, wizardDeps(), OPTIONS), /end/);
  assert.deepEqual(person.complaints, [
    'must be name: value, got "authorization"',
    'must be a number a second, a duration such as 30s, or none, got "often"',
  ]);
});
