import assert from "node:assert/strict";
import fc from "fast-check";
import { ResponseParser } from "../../src/transport/http1/response/mod.ts";
import {
  clearTimes,
  type Exchange,
  type KeepSpec,
  KeptAnswer,
  type OpenTarget,
  openTarget,
} from "../../src/transport/mod.ts";
import { loadClient } from "../../src/transport/clients/mod.ts";
import { realClock, TEST_LIMITS, testCall, testTarget } from "./support.ts";

const ALL: KeepSpec = { headers: null, bodyBytes: 1000 };

/** Feeds an answer to a parser, cut at some places, and gives back what was kept. */
function keep(
  text: string,
  cuts: readonly number[],
  spec: KeepSpec = ALL,
): KeptAnswer {
  const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
  const kept = new KeptAnswer().begin(spec);
  const options = { maxBodyBytes: 1e6, maxHeadBytes: 1e5 };
  const parser = new ResponseParser(options);
  parser.begin(false, kept);
  const ends = [...cuts, text.length].map((n) => n % (text.length + 1))
    .sort((a, b) => a - b);
  let from = 0;
  for (const end of [...ends, text.length]) {
    if (end > from) parser.feed(bytes.slice(from, end), end - from);
    from = Math.max(from, end);
  }
  return kept;
}

Deno.test("KeptAnswer has the same header fields and body however HTTP/1.1 was cut: by length, by chunks, by the end", () => {
  const head = 'HTTP/1.1 200 OK\r\nETag: "a"\r\nset-cookie: b=1\r\n' +
    "Set-Cookie: c=2\r\n";
  const texts = [
    `HTTP/1.1 103 Early\r\nlink: x\r\n\r\n${head}content-length: 11\r\n\r\nhello world`,
    `${head}transfer-encoding: chunked\r\n\r\n6;a=b\r\nhello \r\n5\r\nworld\r\n0\r\nx: y\r\n\r\n`,
    `${head}\r\nhello world`,
  ];
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.array(fc.nat()), (text, cuts) => {
      const kept = keep(text, cuts);
      assert.equal(kept.text(), "hello world");
      assert.equal(kept.header("etag"), '"a"');
      assert.equal(kept.header("link"), null);
      assert.deepEqual(
        kept.headers.filter(([name]) => name === "set-cookie"),
        [["set-cookie", "b=1"], ["set-cookie", "c=2"]],
      );
    }),
    { seed: 98 },
  );
});

Deno.test("KeptAnswer keeps no more than was asked for, and says that it was cut", () => {
  const text =
    "HTTP/1.1 200 OK\r\na: 1\r\nb: 2\r\ncontent-length: 5\r\n\r\nhello";
  const kept = keep(text, [3, 50], { headers: new Set(["b"]), bodyBytes: 3 });
  assert.deepEqual(kept.headers, [["b", "2"]]);
  assert.equal(kept.text(), "hel");
  assert.equal(kept.isCut, true);
  assert.equal(keep(text, [], { ...ALL, bodyBytes: 5 }).isCut, false);
  assert.equal(kept.begin(ALL).text(), "");
  assert.deepEqual([kept.headers, kept.isCut], [[], false]);
});

for (const protocol of ["http", "http2"] as const) {
  Deno.test(`An exchange over ${protocol} keeps what a server answers, each its own`, async () => {
    const server = Deno.serve({ port: 0, onListen: () => {} }, (request) => {
      const n = new URL(request.url).searchParams.get("n");
      const body = JSON.stringify({ n, pad: "x".repeat(20_000) });
      return new Response(body, { headers: { "x-n": `${n}`, etag: '"1"' } });
    });
    const { port } = server.addr;
    const ends = new Map<Exchange, PromiseWithResolvers<void>>();
    const open = async (n: number): Promise<OpenTarget> => {
      const url = `http://127.0.0.1:${port}/?n=${n}`;
      const target = testTarget({ url, protocol });
      return openTarget(target, {
        ...{ clock: realClock(), limits: TEST_LIMITS, userAgent: "test" },
        expand: (text) => text,
        done: (exchange) => ends.get(exchange)!.resolve(),
      }, await loadClient(target));
    };
    const targets = await Promise.all([1, 2, 3].map(open));
    // Twice on each connection: what is remembered of heads must not hide fields.
    for (let round = 0; round < 2; round++) {
      const calls = targets.map(({ framed }, i): Exchange => {
        const kept = i === 2 ? null : new KeptAnswer()
          .begin({ headers: new Set(["x-n"]), bodyBytes: 65_536 });
        return { ...testCall(), framed, kept };
      });
      for (const call of calls) ends.set(call, Promise.withResolvers());
      calls.forEach((call, i) => {
        clearTimes(call);
        call.sentMs = performance.now();
        assert.ok(targets[i]!.client.send(call));
      });
      await Promise.all(calls.map((call) => ends.get(call)!.promise));
      for (const i of [0, 1]) {
        const { kept } = calls[i]!;
        assert.deepEqual(kept!.headers, [["x-n", `${i + 1}`]]);
        assert.equal(JSON.parse(kept!.text()).n, `${i + 1}`);
      }
    }
    await Promise.all(targets.map(({ client }) => client.close()));
    await server.shutdown();
  });
}
