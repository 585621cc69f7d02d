import assert from "node:assert/strict";
import { join } from "node:path";
import { kar } from "../cli/kar.ts";
import {
  linesOf,
  type MadeRequest,
  MONDAY_MS,
  steady,
  visitsOf,
  WRITE,
} from "./made_log.ts";

/** Runs kar beside a file; gives what it printed and the file's folder. */
async function beside(
  name: string,
  content: string | Uint8Array<ArrayBuffer>,
  use: (path: string, folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "kar-learn-" });
  try {
    const path = join(folder, name);
    if (typeof content === "string") await Deno.writeTextFile(path, content);
    else await Deno.writeFile(path, content);
    await use(path, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function gzipped(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([text]).stream()
    .pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const REQUESTS = visitsOf(
  { pattern: steady(2), fromMs: MONDAY_MS, seconds: 3600 },
);

Deno.test("kar learn of every format prints a config that kar validate accepts", async () => {
  for (const server of Object.keys(WRITE)) {
    await beside(
      `${server}.log`,
      linesOf(REQUESTS, server),
      async (path, folder) => {
        const plan = join(folder, "plan.yaml");
        const learned = await kar([
          "learn",
          path,
          "--zone",
          "UTC",
          "--save",
          plan,
        ]);
        assert.equal(learned.code, 0, learned.err);
        const text = await Deno.readTextFile(plan);
        const files = { [plan]: text };
        const validated = await kar(["validate", plan], { files });
        assert.equal(validated.code, 0, validated.out + validated.err);
        assert.match(text, /get: "\/items\/\{\{ids_items_id\}\}"/);
        assert.match(text, /base: "http:\/\/localhost:8080"/);
        assert.match(text, /pick: zipf, skew: 0\.[89]/);
      },
    );
  }
});

Deno.test("kar learn reads gzip, several files, and puts the target where it is told", async () => {
  const half = REQUESTS.length >> 1;
  const first = await gzipped(linesOf(REQUESTS.slice(0, half), "nginx"));
  await beside("a.log.gz", first, async (path, folder) => {
    const other = join(folder, "b.log");
    await Deno.writeTextFile(other, linesOf(REQUESTS.slice(half), "nginx"));
    const args = ["learn", path, other, "--target", "staging.example:8080/v2/"];
    const { code, out, err } = await kar(args);
    assert.equal(code, 0, err);
    const count = REQUESTS.length.toLocaleString("en-US");
    assert.ok(out.includes(`from ${count} requests`), out.slice(0, 300));
    assert.ok(out.includes('base: "http://staging.example:8080/v2"'));
  });
});

Deno.test("--check prints log beside plan by scale", async () => {
  await beside("a.log", linesOf(REQUESTS, "caddy"), async (path, folder) => {
    const save = ["--save", join(folder, "plan.yaml")];
    const { code, out, err } = await kar(["learn", path, ...save, "--check"]);
    assert.equal(code, 0, err);
    for (const scale of ["100 ms", "6.4 s", "1 min"]) {
      assert.match(out, new RegExp(`${scale} +[0-9.]+ +[0-9.]+`));
    }
  });
});

Deno.test("counts by time from CSV and from Prometheus make a plan of one target", async () => {
  const rows = Array.from({ length: 3 * 288 }, (_, i) => {
    const at = MONDAY_MS / 1000 + i * 300;
    const isDay = i % 288 >= 96 && i % 288 < 240;
    return [at, (isDay ? 3000 : 1500) + (i * 7919 % 101)] as const;
  });
  const csv = ["timestamp,value"].concat(
    rows.map(([at, n]) => `${new Date(at * 1000).toISOString()},${n}`),
  ).join("\n");
  const answer = JSON.stringify({
    status: "success",
    data: {
      resultType: "matrix",
      result: [{
        metric: { secret: "label" },
        values: rows.map(([at, n]) => [at, String(n / 300)]),
      }],
    },
  });
  for (const [name, text] of [["counts.csv", csv], ["range.json", answer]]) {
    await beside(name!, text!, async (path) => {
      const { code, out, err } = await kar(["learn", path, "--zone", "UTC"]);
      assert.equal(code, 0, err);
      assert.match(out, /from: "08:00", to: "20:00", tps_multiplier: 1\.3/);
      assert.match(out, /base_tps: 7\.6/);
      assert.match(out, /spikes: cannot tell: counts of 300 s hide them/);
      assert.ok(!out.includes("label"));
    });
  }
});

Deno.test("the command of the guide learns the bursts of a table of nothing but times", async () => {
  const guide = await Deno.readTextFile("docs/guides/learn.md");
  const command = /^kar (learn tests\/fixtures\/azure\/.*)$/m.exec(guide)![1]!;
  const { code, out, err } = await kar(command.split(" "));
  assert.equal(code, 0, err);
  assert.match(out, /burst: # share that the fuller half/);
});

Deno.test("a job by the clock becomes an irregularity that kar validate accepts", async () => {
  const rows = Array.from({ length: 12 * 3600 }, (_, i) => {
    const more = [120, 60, 30][i % 3600] ?? 0;
    return `${MONDAY_MS / 1000 + i},${10 + (i * 7919 % 7) + more}`;
  });
  const csv = ["time,count", ...rows].join("\n");
  await beside("counts.csv", csv, async (path) => {
    const { code, out, err } = await kar(["learn", path, "--zone", "UTC"]);
    assert.equal(code, 0, err);
    assert.match(out, /kind: cron, every: 1h, at: 0ms, share: 0\.\d+%/);
  });
});

Deno.test("nothing of a single client, no query, name, address or agent is in any output", async () => {
  const draws = REQUESTS.map((request, i): MadeRequest => ({
    ...request,
    path: `${request.path.split("?")[0]}?token=canaryquery${i}`,
  }));
  const alone = (path: string, i: number): MadeRequest => ({
    ...{ startMs: MONDAY_MS + 60_000 * i, tookMs: 3, method: "GET" },
    ...{ path, status: 200, client: "198.51.100.7" },
  });
  const secrets = [
    "/users/canaryalice/profile",
    "/reset/sk_live_canary51H8xq2",
    "/canarysecretword",
    "/canary@example.com/inbox",
  ];
  const all = [...draws, ...secrets.map(alone)];
  for (const server of Object.keys(WRITE)) {
    await beside("a.log", linesOf(all, server), async (path, folder) => {
      const save = ["--save", join(folder, "plan.yaml")];
      const check = server === "caddy" ? ["--check"] : [];
      const { out, err, code } = await kar(["learn", path, ...save, ...check]);
      assert.equal(code, 0, err);
      const text = await Deno.readTextFile(join(folder, "plan.yaml"));
      for (const output of [text, out, err.replaceAll(path, "")]) {
        assert.doesNotMatch(
          output,
          /canary|198\.51|secret|alice|ref\.example|Agent|shop\.example|10\.\d+\.\d+/,
          server,
        );
      }
    });
  }
});

Deno.test("what is no log, has too little, or is not there is told in one line", async () => {
  const cases: [string, RegExp][] = [
    ["hello\nworld\n", /Cannot learn from .*a\.log: .*nginx.*--format/],
    [linesOf(REQUESTS.slice(0, 50), "nginx"), /50 requests are too few/],
    ["", /is empty/],
  ];
  for (const [text, wanted] of cases) {
    await beside("a.log", text, async (path) => {
      const { code, err } = await kar(["learn", path]);
      assert.equal(code, 3);
      assert.match(err, wanted);
      assert.ok(err.trimEnd().split("\n").length <= 2, err);
    });
  }
  const missing = await kar(["learn", "/nowhere/access.log"]);
  assert.equal(missing.code, 2);
  assert.match(missing.err, /does not exist/);
  const zone = await kar([
    "learn",
    "/nowhere/access.log",
    "--zone",
    "Mars/Base",
  ]);
  assert.match(zone.err, /--zone Mars\/Base: not a time zone/);
});
