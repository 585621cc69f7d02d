import assert from "node:assert/strict";
import { join } from "node:path";
import { kar } from "../cli/kar.ts";
import { type EchoServer, startEchoInWorker } from "../../src/echo/mod.ts";
import {
  linesOf,
  type MadeRequest,
  MONDAY_MS,
  steady,
  visitsOf,
} from "../learn/made_log.ts";

const REQUESTS = visitsOf(
  { pattern: steady(15), fromMs: MONDAY_MS, seconds: 3 },
);
const SAFE = REQUESTS.filter(({ method }) => method === "GET").length;
const PATIENT = ["--quiet", "--report", "short"];
const START = ["--start", "2026-11-24T09:00:00Z"];

async function against(
  use: (url: string, folder: string, server: EchoServer) => Promise<void>,
): Promise<void> {
  const server = await startEchoInWorker({ port: 0, faults: {} });
  const folder = await Deno.makeTempDir({ prefix: "kar-replay-" });
  try {
    await use(`http://127.0.0.1:${server.ports.http}`, folder, server);
  } finally {
    await server.shutdown();
    await Deno.remove(folder, { recursive: true });
  }
}

async function logIn(
  folder: string,
  requests: readonly MadeRequest[] = REQUESTS,
) {
  const path = join(folder, "access.log");
  await Deno.writeTextFile(path, linesOf(requests, "caddy"));
  return path;
}

const digestIn = (text: string) => /digest +([0-9a-f]{16})/.exec(text)?.[1];

Deno.test("kar replay sends what it said it would: counts proved, one digest before and after, for any number of workers", () =>
  against(async (url, folder) => {
    const log = await logIn(folder);
    const trace = join(folder, "t.kartrace");
    const to = ["--target", url, "--keep-paths", ...START];
    const said = await kar(["replay", log, ...to, "--digest", "--save", trace]);
    assert.equal(said.code, 0, said.err);
    assert.match(said.out, new RegExp(`arrivals ${SAFE}\\b`));
    const again = await kar(["replay", trace, ...to, "--digest"]);
    assert.equal(digestIn(again.out), digestIn(said.out));
    const out = join(folder, "report.json");
    const ran = await kar([
      "replay",
      log,
      ...to,
      ...PATIENT,
      "--out",
      `json=${out}`,
    ]);
    assert.ok([0, 7].includes(ran.code), ran.err);
    const report = JSON.parse(await Deno.readTextFile(out));
    assert.equal(report.arrivalsDigest, digestIn(said.out));
    assert.equal(report.due, SAFE);
    assert.equal(report.proof.counts.result, "proved");
    assert.equal(report.proof.law.gaps, 0);
    assert.ok(said.out.includes(report.planId));
  }));

Deno.test("only safe methods are replayed unless others are named", () =>
  against(async (url, folder) => {
    const log = await logIn(folder);
    const digest = ["--target", url, "--keep-paths", ...START, "--digest"];
    const safe = await kar(["replay", log, ...digest]);
    assert.match(safe.out, new RegExp(`arrivals ${SAFE}\\b`));
    assert.match(safe.err, /requests are not sent: other methods than GET/);
    const all = await kar(["replay", log, ...digest, "--methods", "GET,POST"]);
    assert.match(all.out, new RegExp(`arrivals ${REQUESTS.length}\\b`));
    const none = await kar(["replay", log, ...digest, "--methods", "DELETE"]);
    assert.equal(none.code, 3);
    assert.match(none.err, /no request has one of the methods DELETE/);
  }));

Deno.test("a damaged trace is refused, and a log is not written over by its own trace", () =>
  against(async (url, folder) => {
    const log = await logIn(folder);
    const trace = join(folder, "t.kartrace");
    const to = ["--target", url, "--keep-paths", ...START, "--digest"];
    await kar(["replay", log, ...to, "--save", trace]);
    const bytes = await Deno.readFile(trace);
    bytes[3]! ^= 1;
    await Deno.writeFile(trace, bytes);
    const damaged = await kar(["replay", trace, ...to]);
    assert.equal(damaged.code, 3);
    assert.match(damaged.err, /it is damaged, its instants have another/);

    const before = await Deno.readTextFile(log);
    const over = await kar(["replay", log, ...to, "--save", log, "--force"]);
    assert.equal(over.code, 2);
    assert.match(over.err, /is what would be replayed: name another file/);
    assert.equal(await Deno.readTextFile(log), before);
  }));

Deno.test("parts of a replay are together the whole", () =>
  against(async (url, folder) => {
    const log = await logIn(folder);
    const digest = ["--target", url, "--keep-paths", ...START, "--digest"];
    const counts = await Promise.all(["1/3", "2/3", "3/3"].map(async (part) => {
      const { out } = await kar(["replay", log, ...digest, "--stripe", part]);
      return Number(/arrivals (\d+)/.exec(out)![1]);
    }));
    assert.equal(counts.reduce((a, b) => a + b, 0), SAFE);
  }));

Deno.test("a threshold on the law, a host of others, and what is no log are refused", () =>
  against(async (url, folder) => {
    const log = await logIn(folder);
    const law = await kar([
      ...["replay", log, "--target", url],
      ...["--threshold", "proof.law == proved"],
    ]);
    assert.equal(law.code, 3);
    assert.match(
      law.err,
      /a replay has the law of its trace and none of its own/,
    );
    assert.doesNotMatch(law.err, /Packed/);
    const others = await kar(["replay", log, "--target", "http://192.0.2.1:9"]);
    assert.equal(others.code, 2);
    assert.match(others.err, /--yes/);
    assert.doesNotMatch(others.err, /Packed/);
    const text = join(folder, "text.log");
    await Deno.writeTextFile(text, "hello\nworld\n");
    const wrong = await kar(["replay", text, "--target", url]);
    assert.equal(wrong.code, 3);
    assert.match(wrong.err, /Cannot replay .*--format/);
    const empty = join(folder, "empty.log");
    await Deno.writeTextFile(empty, "");
    const nothing = await kar(["replay", empty, "--target", url]);
    assert.equal(nothing.code, 3);
    assert.match(nothing.err, /Cannot replay .*empty\.log: it is empty/);
    const reversed = join(folder, "reversed.log");
    const lines = linesOf(
      visitsOf(
        { pattern: steady(1), fromMs: MONDAY_MS, seconds: 600 },
      ),
      "nginx",
    ).trimEnd().split("\n").toReversed();
    await Deno.writeTextFile(reversed, lines.join("\n"));
    const unordered = await kar([
      ...["replay", reversed, "--target", url, "--stamp", "end"],
    ]);
    assert.equal(unordered.code, 3);
    assert.match(unordered.err, /behind their place, the first on line \d+/);
  }));

Deno.test("nothing of a single client is in a trace or in what is sent", () =>
  against(async (url, folder) => {
    const secrets = ["/users/canaryalice", "/canary?token=canaryquery"];
    const log = await logIn(folder, [
      ...REQUESTS,
      ...secrets.map((path, i): MadeRequest => ({
        ...{ startMs: MONDAY_MS + 1000 * i, tookMs: 1, method: "GET" },
        ...{ path, status: 200, client: "198.51.100.7" },
      })),
    ]);
    const trace = join(folder, "t.kartrace");
    const said = await kar([
      ...["replay", log, "--target", url, "--digest", "--save", trace],
    ]);
    assert.equal(said.code, 0, said.err);
    const bytes = await Deno.readFile(trace);
    const text = new TextDecoder("latin1").decode(bytes) + said.out + said.err;
    assert.doesNotMatch(text, /canary|198\.51|secretquery|Agent/);
  }));

Deno.test("a record of a replay is verified by its trace, which the log makes again", () =>
  against(async (url, folder) => {
    const log = await logIn(folder);
    const record = join(folder, "run.kar");
    const ran = await kar([
      ...["replay", log, "--target", url, "--keep-paths", ...PATIENT],
      ...["--record", record],
    ]);
    assert.match(ran.err, /--save keeps it for kar verify/);
    const without = await kar(["verify", record, log]);
    assert.equal(without.code, 4);
    assert.match(without.err, /--save FILE packs .*--trace FILE names it/);
    const path = join(folder, "again.kartrace");
    const again = ["replay", log, "--target", url, "--digest"];
    const packed = await kar([...again, "--keep-paths", "--save", path]);
    assert.equal(packed.code, 0, packed.err);
    const verified = ["verify", record, log, "--trace", path, "--json"];
    const { out, err } = await kar(verified);
    const { counts } = JSON.parse(out || "{}");
    assert.equal(counts?.planned, SAFE, out + err);
  }));
