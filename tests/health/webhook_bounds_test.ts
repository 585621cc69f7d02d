import assert from "node:assert/strict";
import { Webhook } from "../../src/health/mod.ts";
import { until } from "../fixtures/until.ts";
import { RealClock } from "../../src/worker/mod.ts";

/*
 * A hook's answer is its status; whatever else it sends nobody reads, and it
 * costs no memory.
 */

/** With all that the system takes for whoever does not read. */
const POURED_BYTES_MAX = 48 * 2 ** 20;
const PIECE = new TextEncoder().encode("x".repeat(65_536));

/** A peer that begins an answer and pours the rest out, until it is cut off. */
function pouringPeer(start: string) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let poured = 0;
  let isCut = false;
  const answer = async (conn: Deno.Conn) => {
    try {
      await conn.read(new Uint8Array(65_536));
      await conn.write(new TextEncoder().encode(start));
      while (poured < 2 ** 30) poured += await conn.write(PIECE);
    } catch {
      isCut = true;
    } finally {
      conn.close();
    }
  };
  const served = (async () => {
    const answers: Promise<void>[] = [];
    for await (const conn of listener) answers.push(answer(conn));
    await Promise.all(answers);
  })();
  return {
    url: `http://127.0.0.1:${listener.addr.port}/`,
    isCut: () => isCut,
    poured: () => poured,
    close: async () => {
      listener.close();
      await served;
    },
  };
}

const CASES:
  readonly (readonly [what: string, start: string, told: string[]])[] = [
    ["a body", "HTTP/1.1 200 OK\r\ncontent-length: 9999999999\r\n\r\n", []],
    [
      "a body that says no",
      "HTTP/1.1 500 no\r\ncontent-length: 9999999999\r\n\r\n",
      ["The web hook did not take a change of the breaker: it answered 500"],
    ],
    [
      "a head",
      "HTTP/1.1 200 OK\r\nx-long: ",
      ["The web hook did not take a change of the breaker: it cannot be reached"],
    ],
  ];

for (const [what, start, told] of CASES) {
  Deno.test(`Webhook.post() takes no more than a little of ${what} without an end`, async () => {
    const peer = pouringPeer(start);
    const log: string[] = [];
    // A second attempt comes at once.
    const clock = new RealClock();
    const hasty = Object.assign(Object.create(clock), {
      after: (ms: number, task: () => void) =>
        clock.after(ms > 1000 ? ms : 0, task),
    });
    const webhook = new Webhook(hasty, (line) => log.push(line));
    const change = {
      transition: "open",
      reason: "",
      at: "",
      run: "r",
    } as const;
    webhook.post(peer.url, change);
    await until(
      "it is cut off",
      () => peer.isCut() && log.length >= told.length,
    );
    const poured = peer.poured();
    assert.ok(poured < POURED_BYTES_MAX, `${poured} bytes came`);
    assert.deepEqual(log, told);
    webhook.close();
    await peer.close();
  });
}
