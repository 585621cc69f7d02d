/**
 * Whole lives of HTTP/2 pools with peers that do anything: answers, attacks,
 * nonsense, cut anywhere. All follows from a seed.
 *
 * @module
 */
import assert from "node:assert/strict";
import { FRAME } from "../../../src/transport/http2/framing/mod.ts";
import { GrpcResponse } from "../../../src/transport/grpc/response.ts";
import { Chance } from "../../fixtures/chance.ts";
import { assertEachDoneOnce } from "../support.ts";
import { anyFrames, fairFrames } from "./fuzz_frames.ts";
import { Stage } from "./stage.ts";
import { concat, type FakeSocket, settings } from "./support.ts";

const CALLS_MAX = 30;
const STEPS_MAX = 40;
/** Answers of ours to one frame: a reset and a window update, or a request each. */
const WRITTEN_PER_FRAME = 4;

const NOTHING = new Uint8Array(0);

/**
 * One life; throws where kar does what it never may.
 *
 * @returns what its calls came to
 */
export async function fuzzSession(seed: number): Promise<readonly string[]> {
  const life = new Life(new Chance(seed));
  await life.run();
  return life.outcomes;
}

class Life {
  readonly #chance: Chance;
  readonly #stage: Stage;
  /** A peer that keeps to the rules most of the time, so that lives are long. */
  readonly #isMild: boolean;
  readonly #open = new Map<FakeSocket, number[]>();
  #accepted = 0;
  #frames = 0;
  #written = 0;

  constructor(chance: Chance) {
    this.#chance = chance;
    this.#isMild = chance.oneIn(2);
    this.#stage = new Stage({
      body: new Uint8Array(chance.of([0, 0, 100, 30_000, 100_000])),
      connections: 1 + chance.below(3),
      maxBodyBytes: chance.of([10, 1000, 1_000_000]),
      maxHeadBytes: chance.of([1024, 65_536]),
      maxRequests: chance.of([3, Infinity]),
      firstStream: chance.of([1, 1, 1, 2 ** 31 - 5]),
      ...(chance.oneIn(4) && { fields: largeFields() }),
      ...(chance.oneIn(3) && {
        newResponse: () =>
          new GrpcResponse({
            isStream: chance.oneIn(2),
            maxBodyBytes: 1000,
            onAsked: () => {},
          }),
      }),
    });
    this.#stage.recorder.onDone = () => {
      // Sending again from inside of an end is what the dispatcher may do.
      if (chance.oneIn(2)) this.#send(1);
    };
  }

  get outcomes(): readonly string[] {
    return this.#stage.outcomes;
  }

  async run(): Promise<void> {
    const { pool, clock, recorder } = this.#stage;
    this.#send(1 + this.#chance.below(8));
    const steps = 3 + this.#chance.below(STEPS_MAX);
    for (let i = 0; i < steps; i++) await this.#step();
    await pool.close();
    const calls = recorder.results.map(({ call }) => call);
    assert.equal(calls.length, this.#accepted, "calls done");
    assertEachDoneOnce(calls, recorder.results);
    assert.equal(clock.waiting, 0, "timers left");
    for (const socket of this.#stage.dialer.sockets) this.#openOn(socket);
    const most = WRITTEN_PER_FRAME * this.#frames + 30 * (1 + this.#accepted);
    assert.ok(this.#written <= most, `${this.#written} frames of ours`);
  }

  #send(count: number): void {
    for (let i = 0; i < count && this.#accepted < CALLS_MAX; i++) {
      this.#accepted += this.#stage.send();
    }
  }

  async #step(): Promise<void> {
    const chance = this.#chance;
    const { dialer } = this.#stage;
    const socket = dialer.sockets.at(-1 - chance.below(2)) ??
      dialer.sockets.at(-1);
    switch (chance.below(14)) {
      case 0:
        return this.#send(1 + chance.below(4));
      case 1:
        return this.#stage.advance(chance.of([1, 500, 1000]));
      case 2:
        if (chance.oneIn(4)) socket?.end(chance.of(["closed", "reset"]));
        return;
      case 3:
        if (socket !== undefined) {
          socket.queuedBytes = chance.of([0, 0, 300_000, 2_000_000]);
        }
        return;
      case 4:
        if (dialer.pending > 0 && chance.oneIn(20)) {
          await dialer.fail("refused");
        }
        return;
    }
    if (dialer.pending > 0 && chance.oneIn(2)) return await this.#connect();
    if (socket !== undefined) this.#receive(socket);
  }

  async #connect(): Promise<void> {
    const socket = await this.#stage.dialer.connectNow();
    if (!this.#chance.oneIn(10)) this.#receive(socket, this.#settings());
  }

  #receive(socket: FakeSocket, first: Uint8Array = NOTHING): void {
    const chance = this.#chance;
    const frames = Array.from(
      { length: 1 + chance.below(8) },
      () =>
        this.#isMild
          ? fairFrames(chance, this.#openOn(socket))
          : anyFrames(chance),
    );
    const bytes = concat(first, ...frames);
    for (const piece of chance.cut(bytes)) socket.receive(piece);
    // Each frame has nine bytes at least.
    this.#frames += Math.ceil(bytes.length / 9);
  }

  /** The streams that kar has begun on a connection, and the peer has not ended. */
  #openOn(socket: FakeSocket): number[] {
    const open = this.#open.get(socket) ?? [];
    this.#open.set(socket, open);
    for (const { type, stream } of socket.take()) {
      this.#written++;
      if (type === FRAME.headers) open.push(stream);
    }
    return open;
  }

  #settings(): Uint8Array {
    const chance = this.#chance;
    return settings({
      ...(chance.oneIn(2) && { 3: chance.of([0, 1, 100]) }),
      ...(chance.oneIn(2) && { 4: chance.of([0, 1, 65_535, 0x7fffffff]) }),
      ...(chance.oneIn(3) && { 6: chance.of([100, 20_000, 1_000_000]) }),
    });
  }
}

function largeFields() {
  return [{ name: "x-large", value: "~".repeat(20_000), secret: false }];
}
