import assert from "node:assert/strict";
import fc from "fast-check";
import { Clients, type WatchedConnection } from "../../src/serving/mod.ts";

class FakeSocket implements WatchedConnection {
  bytesRead = 0;
  isOpen = true;

  destroy(): void {
    this.isOpen = false;
  }
}

const LIMITS = {
  connectionsMax: 3,
  headMs: 10_000,
  idleMs: 60_000,
  answerMs: 20_000,
};

class Bench {
  nowMs = 0;
  readonly clients = new Clients<FakeSocket>(LIMITS, () => this.nowMs);

  connect(): FakeSocket {
    const socket = new FakeSocket();
    this.clients.add(socket);
    return socket;
  }

  /** Lets time pass, with a look each second. */
  pass(ms: number): void {
    for (const endMs = this.nowMs + ms; this.nowMs < endMs;) {
      this.nowMs += 1000;
      this.clients.look();
    }
  }
}

Deno.test("Clients cuts off who has sent no head within its time", () => {
  const bench = new Bench();
  const slow = bench.connect();
  bench.pass(9000);
  // A byte now and then is no head.
  slow.bytesRead = 5;
  assert.ok(slow.isOpen);
  bench.pass(1000);
  assert.ok(!slow.isOpen);
  assert.equal(bench.clients.size, 0);
});

Deno.test("Clients cuts off who says nothing between two requests, and who drips the next one", () => {
  const bench = new Bench();
  const [idle, drips] = [bench.connect(), bench.connect()];
  for (const socket of [idle, drips]) {
    assert.ok(bench.clients.begin(socket));
    socket.bytesRead = 100;
    bench.clients.end(socket);
  }
  bench.pass(30_000);
  drips.bytesRead = 101;
  bench.pass(10_000);
  assert.ok(drips.isOpen);
  bench.pass(1000);
  assert.deepEqual([idle.isOpen, drips.isOpen], [true, false]);
  bench.pass(20_000);
  assert.ok(!idle.isOpen);
});

Deno.test("Clients cuts off who does not take its answer", () => {
  const bench = new Bench();
  const greedy = bench.connect();
  bench.clients.begin(greedy);
  bench.pass(19_000);
  assert.ok(greedy.isOpen);
  bench.pass(1000);
  assert.ok(!greedy.isOpen);
});

Deno.test("Clients holds against nobody that the process itself stood still", () => {
  const bench = new Bench();
  const socket = bench.connect();
  bench.pass(2000);
  bench.nowMs += 60_000;
  bench.clients.look();
  assert.ok(socket.isOpen);
  bench.pass(5000);
  assert.ok(socket.isOpen);
  bench.pass(5000);
  assert.ok(!socket.isOpen);
});

Deno.test("Clients answers a client one question at a time", () => {
  const bench = new Bench();
  const socket = bench.connect();
  assert.ok(bench.clients.begin(socket));
  assert.ok(!bench.clients.begin(socket));
  bench.clients.end(socket);
  assert.ok(bench.clients.begin(socket));
});

Deno.test("Clients lets the longest silent one give way, and nobody who is being answered", () => {
  const bench = new Bench();
  const [first, second, third] = [1, 2, 3].map(() => bench.connect());
  bench.clients.begin(first!);
  const fourth = bench.connect();
  assert.ok(!second!.isOpen);
  assert.ok(first!.isOpen && third!.isOpen && fourth.isOpen);
  bench.clients.begin(third!);
  bench.clients.begin(fourth);
  assert.ok(!bench.connect().isOpen, "all are being answered");
  bench.clients.end(fourth);
  bench.clients.end(first!);
  assert.ok(bench.connect().isOpen);
  assert.ok(!fourth.isOpen, "silent for longest");
  assert.ok(first!.isOpen);
});

Deno.test("Clients never holds more than it may, and forgets nobody who is open", () => {
  type Step = readonly [what: number, which: number];
  const steps = fc.array(fc.tuple(fc.nat(5), fc.nat(9)), { maxLength: 100 });
  fc.assert(
    fc.property(steps, (steps: readonly Step[]) => {
      const bench = new Bench();
      const sockets: FakeSocket[] = [];
      for (const [what, which] of steps) {
        const socket = sockets[which % (sockets.length || 1)];
        if (what <= 1) sockets.push(bench.connect());
        else if (socket === undefined) continue;
        else if (what === 2) bench.clients.begin(socket);
        else if (what === 3) bench.clients.end(socket);
        else if (what === 4) bench.pass(7000);
        else {
          bench.clients.remove(socket);
          socket.destroy();
        }
        const open = sockets.filter(({ isOpen }) => isOpen).length;
        assert.equal(bench.clients.size, open);
        assert.ok(open <= LIMITS.connectionsMax);
      }
      bench.clients.close();
      assert.ok(sockets.every(({ isOpen }) => !isOpen));
    }),
  );
});
