import assert from "node:assert/strict";
import type { LogFacts } from "../../src/learn/mod.ts";
import { ManyDraws } from "../../src/learn/fit/numbers.ts";
import { LogReader, NoLog } from "../../src/learn/mod.ts";
import { clientsOf, templateText } from "../../src/learn/read/template_row.ts";
import {
  linesOf,
  type MadeRequest,
  MONDAY_MS,
  START_FORMATS,
  steady,
  visitsOf,
  WRITE,
} from "./made_log.ts";

const ENCODER = new TextEncoder();

function facts(text: string | Uint8Array, piece = 65_536): LogFacts {
  const reader = new LogReader({ key: 4711 });
  const bytes = typeof text === "string" ? ENCODER.encode(text) : text;
  for (let at = 0; at < bytes.length; at += piece) {
    reader.push(bytes.subarray(at, at + piece));
  }
  reader.endFile();
  return reader.end();
}

const REQUESTS = visitsOf(
  { pattern: steady(3), fromMs: MONDAY_MS, seconds: 1800 },
);
const SERVERS = Object.keys(WRITE);

function total({ bins }: LogFacts): number {
  return Array.from(bins.counts).reduce((a, b) => a + b, 0);
}

Deno.test("every format tells the same requests", () => {
  for (const server of SERVERS) {
    const { lines, bins, rows, format } = facts(linesOf(REQUESTS, server));
    assert.equal(lines.taken, REQUESTS.length, server);
    assert.equal(lines.unreadable, 0, server);
    assert.ok(bins.counts.length >= 1799, `${server} ${format}`);
    const forms = rows.map(({ method, segments, count }) =>
      `${method} ${templateText(segments)} ${count}`
    );
    const of = (path: RegExp) =>
      REQUESTS.filter((request) => path.test(request.path)).length;
    assert.deepEqual(
      forms.sort(),
      [
        `GET / ${of(/^\/$/)}`,
        `GET /items/{n} ${of(/^\/items/)}`,
        `GET /search ${of(/^\/search/)}`,
        `POST /cart ${of(/^\/cart/)}`,
      ].sort(),
      server,
    );
  }
});

Deno.test("whether stamps are of starts or ends is told from the order of lines", () => {
  for (const server of SERVERS) {
    const { stamp, order } = facts(linesOf(REQUESTS, server));
    // Seconds of nginx and Apache are too coarse for requests of milliseconds: both say end.
    const isStart = START_FORMATS.includes(server) && server !== "apache";
    assert.equal(stamp, isStart ? "start" : "end", server);
    const never = isStart ? order.backByEnd : order.backByStamp;
    assert.equal(never, 0, server);
    if (isStart) assert.ok(order.backByStamp > 0.05 * order.lines, server);
  }
});

Deno.test("the start of a request whose end is stamped is found to a microsecond", () => {
  const { instants } = facts(linesOf(REQUESTS, "caddy"));
  const found = instants.flatMap(({ fromSec, us }) =>
    [...us].map((at) => fromSec * 1e6 + at)
  ).sort((a, b) => a - b);
  const starts = REQUESTS.map(({ startMs }) => startMs * 1000)
    .sort((a, b) => a - b);
  assert.equal(found.length, starts.length);
  const worst = Math.max(...found.map((us, i) => Math.abs(us - starts[i]!)));
  assert.ok(worst <= 1.5, `${worst} µs`);
});

Deno.test("one broken stamp in the first line, or in every thousandth, costs only itself", () => {
  const good = linesOf(REQUESTS, "nginx").trimEnd().split("\n");
  const far = (line: string) => line.replace("/2026:", "/2098:");
  const first = facts([far(good[0]!), ...good.slice(1)].join("\n"));
  assert.equal(first.lines.badStamps, 1);
  assert.equal(total(first), good.length - 1);
  const some = good.map((line, i) => i % 1000 === 7 ? far(line) : line);
  const wrong = some.filter((line, i) => line !== good[i]).length;
  assert.equal(facts(some.join("\n")).lines.badStamps, wrong);
});

Deno.test("a clock that steps back by an hour, and a gap, are counted once", () => {
  const half = REQUESTS.length >> 1;
  const done = [...REQUESTS].sort((a, b) =>
    a.startMs + a.tookMs - b.startMs - b.tookMs
  );
  const moved = (byMs: number) =>
    done.map((r, i) => i < half ? r : { ...r, startMs: r.startMs + byMs })
      .map(WRITE.caddy!).join("\n");
  const back = facts(moved(-3600e3)).lines;
  assert.deepEqual([back.steps, back.hourSteps, back.badStamps], [1, 1, 0]);
  const gap = facts(moved(2 * 3600e3)).lines;
  assert.deepEqual([gap.leaps, gap.steps, gap.badStamps], [1, 0, 0]);
});

Deno.test("lines in any order within half a minute have the same counts", () => {
  const draws = new ManyDraws();
  const lines = linesOf(REQUESTS, "caddy").trimEnd().split("\n");
  const shuffled = lines.map((line, i) => ({
    line,
    at: i + 90 * draws.unit(),
  })).sort((a, b) => a.at - b.at).map(({ line }) => line);
  assert.deepEqual(
    [...facts(shuffled.join("\n")).bins.counts],
    [...facts(lines.join("\n")).bins.counts],
  );
});

Deno.test("CRLF, empty lines, a missing last newline and any pieces change nothing", () => {
  const text = linesOf(REQUESTS, "nginx");
  const whole = facts(text).bins.counts;
  const odd = text.trimEnd().replaceAll("\n", "\r\n\r\n");
  for (const piece of [1, 997, 5e6]) {
    assert.deepEqual([...facts(odd, piece).bins.counts], [...whole]);
    if (piece === 1) continue;
  }
});

Deno.test("what is cut, garbled or far too long is refused and counted", () => {
  const lines = linesOf(REQUESTS, "nginx").trimEnd().split("\n");
  const draws = new ManyDraws();
  const garbled = lines.map((line, i) => {
    if (i % 50 === 1) return line.slice(0, Math.floor(draws.unit() * 40));
    if (i % 50 === 2) return "\0".repeat(100);
    if (i % 50 === 3) return line.replaceAll("[", "(");
    return line;
  });
  const { lines: told } = facts(garbled.join("\n"));
  const wrong = garbled.filter((line, i) => line !== lines[i] && line !== "");
  assert.equal(told.unreadable, wrong.length);
  assert.equal(
    told.taken,
    lines.length - garbled.filter((line, i) => line !== lines[i]).length,
  );
  const long = [...lines.slice(0, 50), "x".repeat(5e6), ...lines.slice(50)];
  const after = facts(long.join("\n"));
  assert.equal(after.lines.long, 1);
  assert.equal(after.lines.taken, lines.length);
  const wide = lines.map((line, i) => i === 3 ? line + "y".repeat(3e5) : line);
  assert.equal(facts(wide.join("\n")).lines.taken, lines.length);
});

Deno.test("a log whose zone changes in its middle has the same counts, and no clock that steps", () => {
  const text = linesOf(REQUESTS, "nginx");
  const half = text.indexOf("\n", text.length >> 1) + 1;
  const moved = text.slice(half).replace(
    /:(\d\d):(\d\d):(\d\d) \+0000/g,
    (_, h, m, s) =>
      `:${String(Number(h) + 1).padStart(2, "0")}:${m}:${s} +0100`,
  );
  const changed = facts(text.slice(0, half) + moved);
  assert.match(moved, / \+0100\]/);
  const { steps, leaps, badStamps, taken } = changed.lines;
  assert.deepEqual([steps, leaps, badStamps], [0, 0, 0]);
  assert.equal(taken, REQUESTS.length);
  assert.deepEqual([...changed.bins.counts], [...facts(text).bins.counts]);
});

for (const server of SERVERS) {
  Deno.test(`wrong bytes in a log of ${server} cost their lines, make no clock step, and leave the rest`, () => {
    const draws = new ManyDraws();
    const bytes = ENCODER.encode(linesOf(REQUESTS, server));
    let hurt = 0;
    let last = -1;
    let line = 0;
    for (let i = 0; i < bytes.length; i++) {
      if (bytes[i] === 10) line++;
      // One in two thousand; lines stay lines.
      else if (draws.unit() < 5e-4) {
        bytes[i] = 33 + Math.floor(90 * draws.unit());
        if (line !== last) hurt++;
        last = line;
      }
    }
    const reader = new LogReader({ key: 1 });
    reader.push(bytes);
    reader.endFile();
    const { lines, bins } = reader.end();
    const { read, taken, unreadable, badStamps, steps, leaps } = lines;
    assert.equal(read, REQUESTS.length);
    assert.equal(taken + unreadable + badStamps, read);
    assert.ok(unreadable + badStamps > 0 && unreadable + badStamps <= hurt);
    assert.deepEqual([steps, leaps], [0, 0]);
    // Half an hour, and what single wrong digits move within the hour.
    assert.ok(bins.counts.length <= 2 * 3600, `${bins.counts.length} s`);
  });
}

Deno.test("a file that is no log is refused", () => {
  assert.throws(() => facts("hello\nworld\n"), NoLog);
});

Deno.test("a great many paths and clients fill no table", () => {
  const reader = new LogReader({ key: 1, format: "combined", stamp: "end" });
  let text = "";
  for (let i = 0; i < 400_000; i++) {
    const path = `/${word(i)}/${word(7 * i)}/${word(13 * i)}`;
    text += `${i >> 16}.${i >> 8 & 255}.${
      i & 255
    }.1 - - [07/Sep/2026:10:00:00 +0000] "GET ${path} HTTP/1.1" 200 1 "-" "-"\n`;
    if (text.length < 1e6) continue;
    reader.push(ENCODER.encode(text));
    text = "";
  }
  reader.push(ENCODER.encode(text));
  reader.endFile();
  const { rows, lines, sessions } = reader.end();
  assert.equal(lines.taken, 400_000);
  assert.ok(rows.length <= 2048);
  assert.equal(templateText(rows[0]!.segments), "/{any}/{any}/{any}");
  assert.ok(rows[0]!.count > 300_000, String(rows[0]!.count));
  assert.ok(sessions.halvings >= 1, "more clients than the table holds");
});

/** A word of letters, another for each number. */
function word(n: number): string {
  let text = "w";
  for (let rest = n; rest > 0; rest = Math.floor(rest / 26)) {
    text += String.fromCharCode(97 + rest % 26);
  }
  return text;
}

Deno.test("a word that five clients asked for stands by its count of clients", () => {
  const made = (client: string, path: string): MadeRequest => ({
    ...{ startMs: MONDAY_MS, tookMs: 1, method: "GET", status: 200 },
    ...{ client, path },
  });
  const lines = [
    ...Array.from({ length: 40 }, (_, i) => made(`10.0.0.${i}`, "/open")),
    ...Array.from({ length: 40 }, () => made("10.0.1.1", "/alone")),
  ];
  const { rows } = facts(linesOf(lines, "nginx"));
  const clients = (path: string) =>
    clientsOf(rows.find(({ segments }) => templateText(segments) === path)!);
  assert.ok(clients("/open") > 20);
  assert.ok(clients("/alone") < 2);
});

Deno.test("random bytes and mixtures of lines throw nothing and end", () => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  console.log(`seed ${seed}`);
  let state = seed;
  const next = () => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9 | 0;
    return (state >>> 0) / 2 ** 32;
  };
  const lines = SERVERS.flatMap((server) =>
    linesOf(REQUESTS.slice(0, 100), server).split("\n")
  );
  for (let round = 0; round < 30; round++) {
    const bytes = ENCODER.encode(
      Array.from(
        { length: 500 },
        () => lines[Math.floor(next() * lines.length)]!,
      ).join("\n"),
    );
    const wrong = Math.floor(next() ** 3 * bytes.length);
    for (let i = 0; i < wrong; i++) {
      bytes[Math.floor(next() * bytes.length)] = Math.floor(next() * 256);
    }
    const formats = ["combined", "json", "envoy", "alb"] as const;
    const format = formats[Math.floor(next() * 4)]!;
    const reader = new LogReader({ key: seed, format });
    reader.push(bytes);
    reader.endFile();
    const { lines: told } = reader.end();
    assert.ok(told.taken + told.unreadable + told.badStamps <= told.read);
  }
});
