import assert from "node:assert/strict";
import { serveSteadily } from "../../src/serving/mod.ts";

/** A server of which only the end matters. */
function fakeServer(port: number) {
  const { promise: finished, resolve, reject } = Promise.withResolvers<void>();
  const server = { addr: { port }, finished } as unknown as Deno.HttpServer<
    Deno.NetAddr
  >;
  return { server, resolve, reject };
}

Deno.test("serveSteadily() listens again on the port it took, until that succeeds", async () => {
  const abort = new AbortController();
  const first = fakeServer(1234);
  const second = fakeServer(1234);
  const again = Promise.withResolvers<void>();
  const ports: number[] = [];
  const steady = serveSteadily(0, abort.signal, (port) => {
    ports.push(port);
    if (ports.length === 1) return first.server;
    if (ports.length === 2) throw new Error("Too many open files");
    again.resolve();
    return second.server;
  });
  assert.equal(steady.port, 1234);
  first.reject(new Error("Too many open files"));
  await again.promise;
  assert.deepEqual(ports, [0, 1234, 1234]);
  abort.abort();
  second.resolve();
  await steady.finished;
});

Deno.test("serveSteadily() tries no more once it was told to stop", async () => {
  const abort = new AbortController();
  const first = fakeServer(1234);
  let opened = 0;
  const steady = serveSteadily(0, abort.signal, () => {
    opened++;
    return first.server;
  });
  first.reject(new Error("Too many open files"));
  abort.abort();
  await steady.finished;
  assert.equal(opened, 1);
});

Deno.test("serveSteadily() throws what the first try throws", () => {
  const { signal } = new AbortController();
  const busy = () => {
    throw new Deno.errors.AddrInUse("busy");
  };
  assert.throws(() => serveSteadily(80, signal, busy), Deno.errors.AddrInUse);
});
