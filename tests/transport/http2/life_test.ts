import assert from "node:assert/strict";
import fc from "fast-check";
import { FRAME } from "../../../src/transport/http2/framing/mod.ts";
import { assertEachDoneOnce } from "../support.ts";
import { Stage } from "./stage.ts";
import {
  answer200,
  type FakeSocket,
  goaway,
  headers,
  resetStream,
  settings,
} from "./support.ts";

const CONNECTIONS = 3;

/** Something that happens: `which` picks a connection, `stream` one of its first streams. */
interface Step {
  readonly what:
    | "send"
    | "connect"
    | "fail"
    | "answer"
    | "head"
    | "reset"
    | "goaway"
    | "end"
    | "limit"
    | "wait";
  readonly which: number;
  readonly stream: number;
}

const anyStep: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom(
    "send",
    "send",
    "send",
    "connect",
    "connect",
    "fail",
    "answer",
    "answer",
    "answer",
    "head",
    "reset",
    "goaway",
    "end",
    "limit",
    "wait",
  ),
  which: fc.nat(CONNECTIONS),
  stream: fc.nat(8).map((n) => 2 * n + 1),
});

/** A pool's life, and the books about it. */
class Life {
  readonly stage = new Stage({
    connections: CONNECTIONS,
    maxRequests: 7,
    maxAgeMs: 3000,
  });
  accepted = 0;
  requests = 0;

  /** The peer may only speak of streams that it has seen. */
  readonly #seen = new Map<FakeSocket, number>();

  async do({ what, which, stream }: Step): Promise<void> {
    const { stage } = this;
    const { sockets } = stage.dialer;
    const socket = sockets[sockets.length - 1 - which];
    if (what === "send") this.accepted += stage.send(1 + which);
    if (what === "wait") stage.advance(137 * stream);
    if (what === "connect" && stage.dialer.pending > 0) await stage.connect();
    if (what === "fail" && stage.dialer.pending > 0) {
      await stage.dialer.fail("refused");
    }
    if (socket !== undefined) this.#say(socket, what, stream);
    this.#count();
  }

  #say(socket: FakeSocket, what: Step["what"], stream: number): void {
    if (what === "end") socket.end();
    if (what === "limit") socket.receive(settings({ 3: stream }));
    if (what === "goaway") socket.receive(goaway(stream));
    if (stream > (this.#seen.get(socket) ?? 0)) return;
    if (what === "answer") socket.receive(answer200(stream));
    if (what === "reset") socket.receive(resetStream(stream, 8));
    if (what === "head") socket.receive(headers(stream, { ":status": "200" }));
  }

  #count(): void {
    const { sockets } = this.stage.dialer;
    for (const socket of sockets) {
      for (const { type, stream } of socket.take()) {
        if (type !== FRAME.headers) continue;
        this.requests++;
        this.#seen.set(socket, stream);
      }
    }
    const open = sockets.filter(({ isClosed }) => !isClosed).length;
    assert.ok(open <= CONNECTIONS, `${open} connections`);
  }
}

Deno.test("Http2Pool ends each call once and sends none twice, whatever happens", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 60 }), async (steps) => {
      const life = new Life();
      const { stage } = life;
      for (const step of steps) await life.do(step);
      await stage.pool.close();
      const calls = stage.recorder.results.map(({ call }) => call);
      assert.equal(calls.length, life.accepted);
      assertEachDoneOnce(calls, stage.recorder.results);
      assert.ok(life.requests <= life.accepted);
      assert.equal(stage.clock.waiting, 0);
    }),
    { numRuns: 400 },
  );
});
