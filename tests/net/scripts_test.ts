/** Scripts that are run by a real kar: what goes well, and what each fault costs. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { JourneyServer } from "./journeys.ts";
import { runScripts } from "./scripts.ts";

const SECRET = "s3cr3t-token-of-the-server";

const STEPS = 'export const steps = ["a", "b"] as const;\n';
const script = (body: string) =>
  // deno-fmt-ignore
  `${STEPS}export default async ({ http, think, check, random, data, vars }: any) => {\n${body}\n};\n`;

/** The same as JavaScript. */
const untyped = (body: string) =>
  script(body).replace(" as const", "").replace("}: any)", "})");

const GOOD = script(`
  const a = await http("a", {
    method: "POST", path: "/login?n=" + random.int(1, 1000), keep: true,
    json: { user: data.users.name, id: random.uuid() },
    headers: { "x-key": vars.key },
  });
  if (a.kind === "failure") return;
  await think(random.exponential(20));
  const { token } = a.json();
  const b = await http("b", { path: "/orders/" + random.pick(["x", "y", "z"]), headers: { authorization: "Bearer " + token } });
  check("an order", b.kind === "answer" && b.status === 200);
`);
const GOOD_YAML = `
data: { users: { file: users.csv, pick: shuffle } }
journeys:
  - { name: good, base: BASE, script: good.ts, vars: { key: "\${API_KEY}" } }
`;
const GOOD_FILES = {
  "good.ts": GOOD,
  "users.csv": "name\nann\nbob\ncid\ndan\n",
  "kar.yaml": GOOD_YAML,
};

function shop(): Promise<JourneyServer> {
  return JourneyServer.open(({ headers, line }) =>
    line.startsWith("POST /login")
      ? { body: JSON.stringify({ token: SECRET }) }
      : { status: headers.authorization === `Bearer ${SECRET}` ? 200 : 401 }
  );
}

Deno.test("a script's requests are the same set for one worker and for two", async () => {
  const sets: string[][] = [];
  for (const workers of [1, 2]) {
    await using server = await shop();
    const { report, code, text } = await runScripts({
      files: { ...GOOD_FILES, "kar.yaml": `workers: ${workers}\n${GOOD_YAML}` },
      more: ["--start", "2026-03-01T12:00:00Z"],
      env: { API_KEY: "key-from-the-environment" },
      server,
    });
    assert.equal(code, 0, text);
    const [journey] = report.journeys!;
    assert.ok(journey!.started > 10);
    assert.equal(journey!.finished, journey!.started);
    assert.equal(report.due, journey!.started);
    assert.equal(report.requests, server.seen.length);
    assert.deepEqual(
      journey!.steps.map(({ name, sent, ok }) => [name, sent, ok]),
      ["a", "b"].map((name) => [name, journey!.started, journey!.started]),
    );
    for (const secret of [SECRET, "key-from-the-environment"]) {
      assert.ok(!text.includes(secret));
    }
    sets.push(
      server.seen.map(({ line, body, headers }) =>
        `${line} ${headers["x-key"]} ${headers.authorization} ${body}`
      ).sort(),
    );
  }
  assert.deepEqual(sets[1], sets[0]);
});

/** Scripts with a fault, what each of their journeys has failed as, and what is told. */
const FAULTS: readonly (readonly [
  name: string,
  body: string,
  kind: string,
  reason: RegExp,
])[] = [
  [
    "throw",
    'const a = await http("a", { path: "/login", method: "POST", keep: true });\n  throw new Error("got " + a.text());',
    "script",
    /^throw\.js:\d+:\d+: Error: got \{"token":"…"\}$/,
  ],
  [
    "loop",
    'await http("a", { path: "/" });\n  for (;;);',
    "script",
    /did not give way for 2 s/,
  ],
  [
    "exit",
    "globalThis.Deno.exit(3);",
    "script",
    /^exit\.js:3:\d+: TypeError/,
  ],
  [
    "hog",
    'await http("a", { path: "/" });\n  const a = [];\n  for (;;) a.push(new Array(1000).fill(a.length));',
    "script",
    /took more than 256 MiB of memory/,
  ],
  [
    "stray",
    'await http("a", { path: "/" });\n  Promise.reject(new Error("nobody"));',
    "script",
    /^stray\.js:4:\d+: Error: nobody$/,
  ],
  [
    "prototypes",
    'await http("a", { path: "/" });\n  Array.prototype.map = null; Object.prototype.kind = "x"; Promise.prototype.then = null;\n  await http("b", { path: "/" });',
    "script",
    /^prototypes\.js/,
  ],
  [
    "chance",
    "Math.random();",
    "script",
    /Math\.random must not be used in a script: use random of the context/,
  ],
  [
    "timer",
    "for (const wait of [setInterval, AbortSignal.timeout]) {\n    try {\n      wait(1);\n      return;\n    } catch { /* Refused, too. */ }\n  }\n  setTimeout(() => {}, 1);",
    "script",
    /setTimeout must not be used in a script: use think/,
  ],
  [
    "fetch",
    "await globalThis.fetch('http://127.0.0.1/');",
    "script",
    /^fetch\.js:3:\d+: TypeError/,
  ],
  [
    "code",
    "await (async () => {}).constructor(\"return import('npm:chalk')\")();",
    "script",
    /Function must not be used in a script/,
  ],
  [
    "value",
    'await http("a", { path: "/", headers: { a: "b\\r\\nc: d" } });',
    "unsent",
    /^step a: bad_value: header 1: must not hold a line break/,
  ],
  [
    "path",
    'await http("a", { path: "/a b" });',
    "unsent",
    /^step a: bad_value: path must begin with/,
  ],
  ["status", 'await http("b", { path: "/orders" });', "status", /^$/],
  [
    "checked",
    'await http("a", { path: "/login", method: "POST" });\n  check("never", false);',
    "check",
    /^check never has failed$/,
  ],
  [
    "wait",
    "await new Promise(() => {});",
    "timeout",
    /not come to its end within 3s/,
  ],
];

Deno.test("each fault of a script costs its own journeys, counted and named; the target beside them keeps its rate", async () => {
  await using server = await shop();
  const names = FAULTS.map(([name]) => name);
  const journeys = names.map((name) =>
    `  - { name: ${name}, base: BASE, script: ${name}.js, weight: 1, timeout: ${
      name === "wait" ? "3s" : "1m"
    } }\n`
  );
  const { report, text } = await runScripts({
    files: {
      ...Object.fromEntries(
        FAULTS.map(([name, body]) => [`${name}.js`, untyped(`  ${body}`)]),
      ),
      "kar.yaml":
        `workers: 1\ntargets:\n  - { name: plain, url: "BASE/login", method: POST, weight: 15 }\njourneys:\n${
          journeys.join("")
        }`,
    },
    ratePerSec: 60,
    duration: "4s",
    server,
  });
  assert.deepEqual(report.missed, {});
  const [plain] = report.targets;
  assert.ok(plain!.sent > 80);
  assert.equal(plain!.ok, plain!.sent);
  for (const [name, , kind, reason] of FAULTS) {
    const journey = report.journeys!.find((one) => one.name === name)!;
    assert.ok(journey.started > 0, name);
    assert.deepEqual(journey.failed, { [kind]: journey.started }, name);
    assert.equal(journey.open, 0);
    if (reason.source === "^$") continue;
    const told = journey.reasons.map(({ reason }) => reason);
    assert.ok(told.some((one) => reason.test(one)), `${name}: ${told}`);
  }
  assert.ok(!text.includes(SECRET));
  const sum = report.journeys!.reduce((n, { started }) => n + started, 0);
  assert.equal(plain!.sent + sum, report.due);
});

Deno.test("a step that may fail leaves its journey well; answers have headers, and cookies go along", async () => {
  await using server = await JourneyServer.open(({ line, headers }) =>
    line === "GET /session"
      ? {
        status: 404,
        headers: { "set-cookie": "sid=7; Path=/", "x-next": "/basket" },
      }
      : { status: headers.cookie === "sid=7" ? 200 : 401 }
  );
  const { report } = await runScripts({
    files: {
      "odd.ts": script(`
  const a = await http("a", { path: "/session", mayFail: true });
  if (a.kind === "answer") await http("b", { path: a.header("x-next") ?? "/" });`),
      "kar.yaml":
        "journeys:\n  - { name: odd, base: BASE, script: odd.ts, cookies: true, connection: own }\n",
    },
    server,
  });
  const [journey] = report.journeys!;
  assert.equal(journey!.finished, journey!.started);
  const [a, b] = journey!.steps;
  assert.deepEqual([a!.failed, b!.failed], [{ status: a!.sent }, {}]);
  // A connection for each journey.
  assert.equal(server.connections.length, journey!.started);
});

Deno.test("a script over HTTP/2 that signs what it sends", async () => {
  await using server = await JourneyServer.open(({ body, headers }) => ({
    status: headers["x-signature"] ===
        createHmac("sha256", "k3y").update(body).digest("hex")
      ? 200
      : 401,
  }), { isHttp2: true });
  const { report, text } = await runScripts({
    files: {
      "lib/sign.ts":
        `export async function sign(key: string, text: string): Promise<string> {
  const encoded = new TextEncoder();
  const secret = await crypto.subtle.importKey("raw", encoded.encode(key), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", secret, encoded.encode(text))).toHex();
}
`,
      "odd.ts": `import { sign } from "./lib/sign.ts";\n${
        script(`
  const body = JSON.stringify({ id: random.uuid() });
  await http("a", { method: "POST", path: "/", body, headers: { "x-signature": await sign(vars.key, body) } });`)
      }`,
      "kar.yaml":
        'journeys:\n  - { name: odd, base: BASE, protocol: http2, script: odd.ts, vars: { key: "${SIGN}" } }\n',
    },
    env: { SIGN: "k3y" },
    server,
  });
  const [journey] = report.journeys!;
  assert.equal(journey!.finished, journey!.started, text);
  assert.ok(journey!.started > 10);
});
