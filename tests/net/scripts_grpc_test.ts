/** Scripts that call gRPC, against the sample server, and codes that a script calls right. */
import assert from "node:assert/strict";
import { startEcho } from "../../src/echo/mod.ts";
import { JourneyServer } from "./journeys.ts";
import { runScripts, useScripts } from "./scripts.ts";

const PROTO =
  new URL("../../proto/kar/v1/echo.proto", import.meta.url).pathname;
const SECRET = "s3cr3t-token-of-the-server";

function script(steps: readonly string[], body: string): string {
  return `export const steps = ${JSON.stringify(steps)};
export default async ({ http, grpc, random, data, check }) => {
${body}
};
`;
}

const CALLS = script(
  ["one", "in", "out", "both", "no"],
  `
  const metadata = { authorization: "Bearer ${SECRET}" };
  const message = { text: random.uuid(), number: random.int(1, 9), note: "{{uuid}} \${HOME}" };
  const a = await grpc("one", { message, metadata });
  check("one", a.kind === "answer" && a.status === 0);
  await grpc("in", { message: [{ text: data.words.word }, {}, { counts: { x: "9007199254740993" } }] });
  await grpc("out", { message: { reply: { count: 3 } } });
  await grpc("both", { message: [{ flag: true }, { color: "COLOR_RED" }] });
  const b = await grpc("no", { message: { reply: { status: 5 } }, ok: [5] });
  check("no", b.status === 5 && b.header("grpc-status") === "5");
`,
);

/** What describes the method, for each step. */
function yaml(source: string, more = ""): string {
  const methods = {
    ...{ one: "Echo", in: "ClientStream", out: "ServerStream" },
    ...{ both: "BidiStream", no: "Echo" },
  };
  const calls = Object.entries(methods).map(([step, method]) =>
    `      ${step}: { method: kar.v1.Echo/${method}, ${source} }\n`
  );
  return `${more}
data: { words: { values: [{ word: ann }, { word: bob }] } }
journeys:
  - name: calls
    base: BASE
    script: calls.js
    grpc:
${calls.join("")}`;
}

for (const source of [`proto: [${PROTO}]`, "reflection: true"]) {
  Deno.test(`a script calls and streams, with metadata and messages (${source.split(":")[0]}); both sides count the same`, async () => {
    const echo = await startEcho({ port: 0, grpcPort: 0 });
    const server = { base: `http://127.0.0.1:${echo.ports.grpc}` };
    const files = {
      "calls.js": CALLS,
      "kar.yaml": yaml(source, "workers: 2"),
    };
    const { report, code, text } = await runScripts({ files, server });
    const { routes } = await echo.stats();
    await echo.shutdown();
    assert.equal(code, 0, text);
    const [journey] = report.journeys!;
    assert.ok(journey!.started > 10);
    assert.equal(journey!.finished, journey!.started);
    assert.deepEqual([report.missed, report.failed], [{}, {}]);
    assert.deepEqual(
      journey!.steps.map(({ sent, ok }) => [sent, ok]),
      Array(5).fill([journey!.started, journey!.started]),
    );
    const counted = routes.filter(({ path }) => path.includes("kar.v1.Echo/"))
      .reduce((sum, { count }) => sum + count, 0);
    assert.equal(counted, report.requests);
    assert.ok(!text.includes(SECRET));
  });
}

/** Calls that are not sent, and what is told of each. */
const UNSENT: readonly (readonly [call: string, reason: RegExp])[] = [
  ["{ message: { number: 'KEY' } }", /message\.number: must be a whole number/],
  ["{ message: { nmber: 1 } }", /is not a field of kar\.v1\.EchoRequest/],
  ["{ message: { counts: { KEY: 'x' } } }", /message\.counts\.…: must be/],
  ["{ message: [{}, {}] }", /message: must be one message/],
  [
    "{ metadata: { a: 'KEY\\r\\nb: c' } }",
    /header 1: must not hold a line break/,
  ],
  ["{ metadata: { te: 'KEY' } }", /header 1: is set by kar/],
];

Deno.test("a call that its type does not take is not sent, and told without a value", async () => {
  const echo = await startEcho({ port: 0, grpcPort: 0 });
  const server = { base: `http://127.0.0.1:${echo.ports.grpc}` };
  const bodies = UNSENT.map(([call]) => call.replaceAll("KEY", SECRET));
  const names = UNSENT.map((_, i) => `wrong${i}`);
  const { report, text } = await runScripts({
    files: {
      ...Object.fromEntries(
        names.map((name, i) =>
          [
            `${name}.js`,
            script(
              ["a"],
              `await grpc("a", ${
                bodies[i]!.replace(`{ ${SECRET}:`, `{ "${SECRET}":`)
              });`,
            ),
          ] as const
        ),
      ),
      "kar.yaml": `workers: 1\njourneys:\n${
        names.map((name) =>
          `  - { name: ${name}, base: BASE, script: ${name}.js, grpc: { a: { method: kar.v1.Echo/Echo, proto: [${PROTO}] } } }\n`
        ).join("")
      }`,
    },
    ratePerSec: 80,
    server,
  });
  const { total } = await echo.stats();
  await echo.shutdown();
  assert.equal(total, 0);
  UNSENT.forEach(([, reason], i) => {
    const journey = report.journeys!.find(({ name }) => name === names[i])!;
    assert.ok(journey.started > 0);
    assert.deepEqual(journey.failed, { unsent: journey.started });
    const [told] = journey.reasons;
    assert.match(told!.reason, /^step a: bad_value: /);
    assert.match(told!.reason, reason);
  });
  assert.ok(!text.includes(SECRET));
});

Deno.test("a request of a script fails by its own codes, and a call may fail", async () => {
  await using server = await JourneyServer.open(({ line }) => ({
    status: line === "GET /gone" ? 410 : 201,
  }));
  const { report } = await runScripts({
    files: {
      "codes.js": script(
        ["right", "wrong", "plain"],
        `
  await http("right", { path: "/gone", ok: [201, "404-410"] });
  await http("wrong", { path: "/", ok: [200], mayFail: true });
  await http("plain", { path: "/" });`,
      ),
      "kar.yaml":
        "journeys:\n  - { name: codes, base: BASE, script: codes.js }\n",
    },
    server,
  });
  const [journey] = report.journeys!;
  assert.equal(journey!.finished, journey!.started);
  const { started } = journey!;
  assert.deepEqual(
    journey!.steps.map(({ ok, failed }) => [ok, failed]),
    [[started, {}], [0, { status: started }], [started, {}]],
  );
});

Deno.test("calls of a script are checked before anything is sent", async () => {
  const validated = async (grpc: string, more = "") => {
    const { code, out } = await useScripts({
      files: {
        "calls.js": script(["a", "b"], ""),
        "kar.yaml":
          `journeys:\n  - name: calls\n    base: BASE\n    script: calls.js\n${more}    grpc:\n${grpc}`,
      },
      args: ["validate", "kar.yaml"],
    });
    return { code, out };
  };
  const good = await validated(
    `      a: { method: kar.v1.Echo/Echo, proto: [${PROTO}] }\n`,
  );
  assert.equal(good.code, 0, good.out);
  const wrongs: readonly (readonly [string, RegExp, string?])[] = [
    [
      `      c: { method: kar.v1.Echo/Echo, proto: [${PROTO}] }\n`,
      /^kar\.yaml:6:\d+: journeys\.0\.grpc\.c: must be a step that the script exports: a, b$/m,
    ],
    [
      `      a: { method: kar.v1.Echo/Eco, proto: [${PROTO}] }\n`,
      /^kar\.yaml:6:\d+: journeys\.0\.grpc\.a\.method: kar\.v1\.Echo has no method Eco/m,
    ],
    [
      "      a: { method: kar.v1.Echo/Echo, proto: [none.proto] }\n",
      /^kar\.yaml:6:\d+: journeys\.0\.grpc\.a\.proto/m,
    ],
    [
      `      a: { proto: [${PROTO}] }\n`,
      /^kar\.yaml:6:\d+: journeys\.0\.grpc\.a\.method: is required/m,
    ],
    [
      `      a: { method: kar.v1.Echo/Echo, message: {}, proto: [${PROTO}] }\n`,
      /journeys\.0\.grpc\.a\.message/,
    ],
    [
      `      a: { method: kar.v1.Echo/Echo, proto: [${PROTO}] }\n`,
      /journeys\.0\.connection: .*with grpc, protocol: http2/,
      "    connection: own\n",
    ],
  ];
  for (const [grpc, reason, more] of wrongs) {
    const { code, out } = await validated(grpc, more);
    assert.equal(code, 3, out);
    assert.match(out, reason);
  }
});
