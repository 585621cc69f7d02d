/**
 * The laws of `Client`: one suite that every client must pass against a
 * server of its own protocol.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Limits, TargetPlan } from "../../src/plan/mod.ts";
import {
  clearTimes,
  type Client,
  type Exchange,
  failure,
} from "../../src/transport/mod.ts";
import type { OpenTested } from "./opened.ts";
import {
  assertEachDoneOnce,
  eventually,
  Recorder,
  testCall,
} from "./support.ts";

/** How a subject's server behaves. */
export interface Behaviour {
  /** Answers with this code; null = never answers. */
  readonly code: number | null;
  /** Holds all answers until so many requests are open at once (default 1). */
  readonly together?: number;
}

/** A server under way. */
export interface LawServer extends AsyncDisposable {
  /** A target that leads to it. */
  readonly target: TargetPlan;
  /** Requests it has seen. */
  readonly requests: number;
}

/** A client under test, with a server for it. */
export interface LawSubject {
  readonly open: OpenTested;
  readonly serve: (behaviour: Behaviour) => Promise<LawServer>;
  /** Codes that its server can answer with; the first is a success. */
  readonly codes: readonly number[];
  /** A target at which nobody listens; null = there is no such thing. */
  readonly deadTarget: (() => TargetPlan) | null;
  /** Calls that may be open with this limit of connections; null = unbounded. */
  readonly capacity: (connections: number) => number | null;
}

const TIMEOUT_MS = 80;

/** One transport with everything around it, freed at the end of a law. */
class Stage implements AsyncDisposable {
  readonly #server: LawServer | null;

  private constructor(
    readonly transport: Client,
    readonly recorder: Recorder,
    server: LawServer | null,
  ) {
    this.#server = server;
  }

  static async open(
    subject: LawSubject,
    behaviour: Behaviour,
    options: { timeoutMs?: number; limits?: Partial<Limits> } = {},
  ): Promise<Stage> {
    const { limits, ...over } = options;
    const server = await subject.serve(behaviour);
    const recorder = new Recorder(limits);
    const target = { ...server.target, ...over };
    return new Stage(subject.open(target, recorder), recorder, server);
  }

  static dead(subject: LawSubject, target: TargetPlan): Stage {
    const recorder = new Recorder();
    return new Stage(subject.open(target, recorder), recorder, null);
  }

  get requests(): number {
    return this.#server?.requests ?? 0;
  }

  /** Sends `count` new calls; all must be accepted. */
  send(count: number): Exchange[] {
    const calls = Array.from({ length: count }, testCall);
    for (const call of calls) assert.equal(this.transport.send(call), true);
    return calls;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.transport.close();
    await this.#server?.[Symbol.asyncDispose]();
  }
}

/** Registers the laws as tests named after the client. */
export function transportLaws(name: string, subject: LawSubject): void {
  answerLaws(name, subject);
  callLaws(name, subject);
  failureLaws(name, subject);
  cancelLaws(name, subject);
  closeLaws(name, subject);
}

function law(name: string, what: string, fn: () => Promise<void>): void {
  Deno.test({
    name: `${name} ${what}`,
    sanitizeOps: true,
    sanitizeResources: true,
    fn,
  });
}

function answerLaws(name: string, subject: LawSubject): void {
  const code = subject.codes[0]!;

  law(name, "gives the code of every answer", async () => {
    for (const code of subject.codes) {
      await using stage = await Stage.open(subject, { code });
      stage.send(1);
      await stage.recorder.until(1);
      assert.deepEqual(stage.recorder.outcomes, [`${code}`]);
    }
  });

  law(
    name,
    "ends each of many calls exactly once, and sends no more",
    async () => {
      await using stage = await Stage.open(subject, { code });
      const calls: Exchange[] = [];
      for (let round = 1; round <= 5; round++) {
        calls.push(...stage.send(20));
        await stage.recorder.until(20 * round);
      }
      assertEachDoneOnce(calls, stage.recorder.results);
      assert.deepEqual(new Set(stage.recorder.outcomes), new Set([`${code}`]));
      assert.equal(stage.requests, 100);
    },
  );

  law(name, "has many calls under way at once", async () => {
    await using stage = await Stage.open(subject, { code, together: 30 });
    const calls = stage.send(30);
    await stage.recorder.until(30);
    assertEachDoneOnce(calls, stage.recorder.results);
  });
}

function callLaws(name: string, subject: LawSubject): void {
  const code = subject.codes[0]!;

  law(name, "never calls done from inside send", async () => {
    await using stage = await Stage.open(subject, { code });
    let sending = false;
    stage.recorder.onDone = () => assert.equal(sending, false);
    for (let i = 0; i < 10; i++) {
      sending = true;
      stage.send(1);
      sending = false;
    }
    await stage.recorder.until(10);
  });

  law(name, "takes a call again from inside its done", async () => {
    await using stage = await Stage.open(subject, { code });
    let rounds = 0;
    stage.recorder.onDone = (call) => {
      clearTimes(call);
      if (++rounds < 10) assert.equal(stage.transport.send(call), true);
    };
    stage.send(1);
    await stage.recorder.until(10);
    assert.equal(stage.requests, 10);
  });

  law(name, "writes the parts of the time", async () => {
    await using stage = await Stage.open(subject, { code });
    const [call] = stage.send(1);
    await stage.recorder.until(1);
    for (const part of ["connectMs", "tlsMs", "firstByteMs"] as const) {
      const ms = call![part];
      assert.ok(Number.isNaN(ms) || ms >= 0, `${part} is ${ms}`);
    }
  });
}

function failureLaws(name: string, subject: LawSubject): void {
  law(name, "ends calls that get no answer as timeout", async () => {
    const silent = { code: null };
    await using stage = await Stage.open(subject, silent, {
      timeoutMs: TIMEOUT_MS,
    });
    const calls = [...stage.send(3)];
    await stage.recorder.until(3);
    calls.push(...stage.send(2));
    await stage.recorder.until(5);
    assertEachDoneOnce(calls, stage.recorder.results);
    assert.deepEqual(new Set(stage.recorder.outcomes), new Set(["timeout"]));
  });

  law(name, "accepts as many calls as its limit and no more", async () => {
    const capacity = subject.capacity(2);
    if (capacity === null) return;
    await using stage = await Stage.open(subject, { code: null }, {
      timeoutMs: TIMEOUT_MS,
      limits: { connections: 2 },
    });
    for (let round = 1; round <= 2; round++) {
      stage.send(capacity);
      assert.equal(stage.transport.send(testCall()), false);
      await stage.recorder.until(capacity * round);
    }
    assert.equal(stage.recorder.results.length, 2 * capacity);
  });

  law(name, "ends calls to nobody as refused", async () => {
    if (subject.deadTarget === null) return;
    await using stage = Stage.dead(subject, subject.deadTarget());
    const calls = stage.send(3);
    await stage.recorder.until(3);
    assertEachDoneOnce(calls, stage.recorder.results);
    assert.deepEqual(new Set(stage.recorder.outcomes), new Set(["refused"]));
  });
}

function cancelLaws(name: string, subject: LawSubject): void {
  const given = failure("timeout", "given up");

  law(name, "ends a call that is given up, and no other", async () => {
    await using stage = await Stage.open(subject, { code: null });
    const [kept] = stage.send(1);
    // Of fetch over HTTP/2 those hang that wait for a connection of another.
    await eventually(() => stage.requests === 1);
    const [atOnce, later] = stage.send(2) as [Exchange, Exchange];
    stage.transport.cancel(atOnce, given);
    await eventually(() => stage.requests >= 2);
    stage.transport.cancel(later, given);
    await stage.recorder.until(2);
    // It is over, and whoever had it may have it no more.
    stage.transport.cancel(later, failure("other"));
    const results = [...stage.recorder.results];
    assertEachDoneOnce([atOnce, later], results);
    for (const { outcome } of results) assert.equal(outcome, given);
    await stage.transport.close();
    assert.equal(stage.recorder.results.at(-1)!.call, kept);
    assert.equal(stage.recorder.outcomes.at(-1), "aborted");
  });
}

function closeLaws(name: string, subject: LawSubject): void {
  const code = subject.codes[0]!;

  law(name, "ends open calls as aborted before close resolves", async () => {
    await using stage = await Stage.open(subject, { code: null });
    const calls = stage.send(4);
    await stage.transport.close();
    assertEachDoneOnce(calls, stage.recorder.results);
    assert.deepEqual(new Set(stage.recorder.outcomes), new Set(["aborted"]));
  });

  law(name, "closes with calls under way at the server", async () => {
    await using stage = await Stage.open(subject, { code: null });
    const calls = stage.send(3);
    await eventually(() => stage.requests === 3);
    await stage.transport.close();
    assertEachDoneOnce(calls, stage.recorder.results);
    assert.deepEqual(new Set(stage.recorder.outcomes), new Set(["aborted"]));
  });

  law(name, "may be closed twice, at once and again", async () => {
    await using stage = await Stage.open(subject, { code: null });
    const calls = stage.send(2);
    await Promise.all([stage.transport.close(), stage.transport.close()]);
    await stage.transport.close();
    assertEachDoneOnce(calls, stage.recorder.results);
  });

  law(name, "may be closed unused", async () => {
    await using stage = await Stage.open(subject, { code });
    await stage.transport.close();
    assert.equal(stage.requests, 0);
  });

  law(name, "accepts nothing after close", async () => {
    await using stage = await Stage.open(subject, { code });
    stage.send(1);
    await stage.recorder.until(1);
    const closed = stage.transport.close();
    assert.equal(stage.transport.send(testCall()), false);
    await closed;
    assert.equal(stage.transport.send(testCall()), false);
    assert.equal(stage.recorder.results.length, 1);
  });
}
