/** Every file of the guide runs, against a server that knows what it asks for. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { join } from "node:path";
import { declarationText } from "../../src/script/mod.ts";
import type { ReportV1 } from "../../src/report/mod.ts";
import { JourneyServer, type Reply, type Seen } from "./journeys.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const GUIDE = Deno.readTextFileSync(
  new URL("../../docs/guides/journeys.md", import.meta.url),
);
/** Files beside a job: what stands behind it as TypeScript, named by its first line. */
const FILE_REGEXP = /^```ts\n\/\/ (\S+)\n([\s\S]*?)^```/gm;
const JOBS = [...GUIDE.matchAll(/^## (.+)\n[^#]*?```yaml\n([\s\S]*?)```/gm)]
  .map(([whole, title, yaml], i, all) => {
    const from = GUIDE.indexOf(whole) + whole.length;
    const next = all[i + 1]?.[0] ?? "\n## What may go wrong";
    const rest = GUIDE.slice(from, GUIDE.indexOf(next, from));
    const files = [...rest.matchAll(FILE_REGEXP)].map(([, name, text]) =>
      [name!, text!] as const
    );
    return { title: title!, yaml: yaml!, files };
  });

const PICTURE = "a picture, as far as the server can tell";

/** What the files of the guide name. */
const FILES: Readonly<Record<string, string>> = {
  "users.csv": "name,password\nann,pw-ann\nbob,pw-bob\n",
  "items.txt": "17\n4\n99\n",
  "picture.jpg": PICTURE,
  "track.proto": `syntax = "proto3";
package shop.v1;
message Seen { string item = 1; int32 count = 2; string key = 3; }
service Track { rpc Report(stream Seen) returns (Seen); }
`,
  "rates.proto": `syntax = "proto3";
package shop.v1;
message Ask { string sku = 1; int32 quantity = 2; }
service Rates { rpc Get(Ask) returns (Ask); }
`,
};

/** What an endpoint of the guide's server is asked. */
interface Asked extends Seen {
  readonly path: string;
  /** The path behind its first segment. */
  readonly rest: string;
}
type Endpoints = Record<string, (asked: Asked) => Reply>;

const PICTURE_FORM = `image/jpeg\r\n\r\n${PICTURE}\r\n--`;

/** Endpoints that remember nothing. */
const STATELESS: Endpoints = {
  "POST login": ({ body }) => {
    const { user, password } = JSON.parse(body);
    return password === `pw-${user}`
      ? json({ token: `t-${user}` })
      : { status: 401 };
  },
  "GET profiles": ({ headers, rest }) => ({
    status: headers.authorization === `Bearer t-${rest}` ? 200 : 401,
  }),
  "GET pages": ({ path }) => {
    const query = new URLSearchParams(path.split("?")[1]);
    const page = Number(query.get("cursor") ?? 1);
    return json({ next: page < 4 ? page + 1 : null });
  },
  "POST payments": ({ headers }) => ({
    headers: { "idempotency-key": `${headers["idempotency-key"]}` },
  }),
  "GET items": ({ path }) => {
    const id = path.split("?")[0]!.slice("/items/".length);
    return { status: /^[1-9]\d*(\/reviews)?$/.test(id) ? 200 : 404 };
  },
  "POST shop.v1.Track": ({ headers }) => ({
    headers: { "content-type": "application/grpc" },
    body: new Uint8Array(5),
    trailers: {
      "grpc-status": headers.authorization === "Bearer t-shop" ? "0" : "16",
    },
  }),
  "POST shop.v1.Rates": ({ headers, body }) => {
    // deno-lint-ignore no-control-regex
    const isAsked = /^\0{4}\x07\n\x03[ab]-[12]\x10[\x01-\x09]$/.test(body);
    const status = headers.authorization !== "Bearer t-shop"
      ? "16"
      : isAsked
      ? "5"
      : "3";
    return {
      headers: { "content-type": "application/grpc" },
      trailers: { "grpc-status": status },
    };
  },
  "POST signed": ({ headers, body }) => {
    const right = createHmac("sha256", "k3y").update(body).digest("hex");
    return headers["x-signature"] === right
      ? json({ receipt: JSON.parse(body).id })
      : { status: 401 };
  },
  "GET receipts": ({ rest }) => ({
    status: /^[0-9a-f-]{36}$/.test(rest) ? 200 : 404,
  }),
  "GET session": () => ({ headers: { "set-cookie": "sid=1; Path=/" } }),
  "GET basket": ({ headers }) => ({
    status: headers.cookie === "sid=1" ? 200 : 401,
  }),
};

/** Endpoints that remember what they were asked before. */
function stateful(): Endpoints {
  const notes = new Map<string, string>();
  const polls = new Map<string, number>();
  let pictures = 0;
  return {
    "POST jobs": () => ({ headers: { "x-job": `j${polls.size + 1}` } }),
    "GET jobs": ({ rest }) => {
      const count = (polls.get(rest) ?? 0) + 1;
      polls.set(rest, count);
      return json({ state: count < 3 ? "busy" : "done" });
    },
    "POST notes": ({ body }) => {
      const id = `n${notes.size}`;
      notes.set(id, JSON.parse(body).text);
      return json({ id, text: notes.get(id) });
    },
    "GET notes": ({ rest }) => json({ text: notes.get(rest) }),
    "POST pictures": ({ body }) => {
      const isWhole = body.includes('name="title"\r\n') &&
        body.includes(PICTURE_FORM);
      return isWhole
        ? { ...json({ id: ++pictures }), status: 201 }
        : { status: 400 };
    },
    "PUT pictures": ({ body, rest }) => ({
      status: body === PICTURE && Number(rest) <= pictures ? 204 : 400,
    }),
  };
}

function json(value: unknown): Reply {
  return { body: JSON.stringify(value) };
}

/** Answers all that the guide asks, and nothing that it should not. */
function guideServer(): (seen: Seen) => Reply {
  const endpoints = { ...STATELESS, ...stateful() };
  return (seen) => {
    const [method, path] = seen.line.split(" ") as [string, string];
    const [, top, rest = ""] = path.split(/[/?]/);
    return endpoints[`${method} ${top}`]?.({ ...seen, path, rest }) ?? {};
  };
}

type Job = typeof JOBS[number];

async function run(
  { yaml, files }: Job,
  server: JourneyServer,
): Promise<ReportV1> {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(join(folder, "kar.d.ts"), declarationText(null));
  for (const [name, text] of files) {
    await Deno.writeTextFile(join(folder, name), text);
  }
  const file = join(folder, "job.yaml");
  const out = join(folder, "report.json");
  await Deno.writeTextFile(
    file,
    yaml.replaceAll("https://shop.test", server.base) + `
controller: { base_tps: 40, max_tps: 40, ramp_up_duration: 0s, shutdown_timeout: 60s }
pattern: { poisson: { enabled: false }, noise: { enabled: false } }
health: { enabled: false }
metrics: { enabled: false }
limits: { max_lateness: 1m }
record: { enabled: false }
`,
  );
  for (const [name, text] of Object.entries(FILES)) {
    await Deno.writeTextFile(join(folder, name), text);
  }
  const args = ["run", "--config", file, "--duration", "1s"];
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", MAIN, ...args, "--out", `json=${out}`],
    cwd: folder,
    env: { SHOP_PASSWORD: "pw-shop", SIGNING_KEY: "k3y" },
    stdout: "null",
    stderr: "piped",
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  const report = JSON.parse(await Deno.readTextFile(out));
  await Deno.remove(folder, { recursive: true });
  return report;
}

Deno.test("the guide of journeys has its jobs", () => {
  assert.ok(JOBS.length >= 12, JOBS.map(({ title }) => title).join("; "));
});

for (const job of JOBS) {
  const { title, yaml } = job;
  Deno.test(`guide of journeys: ${title}`, async () => {
    await using server = await JourneyServer.open(guideServer(), {
      isHttp2: yaml.includes("protocol: http2"),
    });
    const report = await run(job, server);
    assert.ok(report.due > 10);
    assert.deepEqual([report.missed, report.failed], [{}, {}]);
    // What setup asks is counted nowhere.
    const ofSetup = yaml.startsWith("setup:") ? 1 : 0;
    assert.equal(report.requests, server.seen.length - ofSetup);
    const [journey] = report.journeys!;
    assert.equal(journey!.finished, journey!.started);
    for (const step of journey!.steps) {
      assert.ok(step.sent > 0, step.name);
      assert.equal(step.ok, step.sent, step.name);
    }
  });
}
