import assert from "node:assert/strict";
import fc from "fast-check";
import { frameHttp1 } from "../../../src/transport/http1/request.ts";
import { Outbox } from "../../../src/transport/socket/outbox.ts";
import { blankExchange } from "../../../src/transport/mod.ts";
import type { Socket } from "../../../src/transport/socket/mod.ts";
import { dataSet, requestWith, sourcesOf } from "../../request/support.ts";

/** A socket that keeps what it sends; `sent` is what a peer would read. */
function wire() {
  const sent: Uint8Array[] = [];
  const outbox = new Outbox((bytes) => {
    sent.push(bytes.slice());
    queueMicrotask(() => outbox.sent());
  });
  const socket = {
    write: (bytes: Uint8Array) => outbox.push(bytes),
    writeShared: (bytes: Uint8Array) => outbox.pushShared(bytes),
    room: (most: number) => outbox.room(most),
    get outgoingEnd() {
      return outbox.end;
    },
    filled: (end: number) => outbox.filled(end),
  } as unknown as Socket;
  const text = async () => {
    await new Promise((resolve) => setTimeout(resolve, 0));
    return new TextDecoder().decode(
      Uint8Array.from(sent.flatMap((bytes) => [...bytes])),
    );
  };
  return { socket, text, sent };
}

Deno.test("a request with fields is, byte by byte, the fixed one with their values", () => {
  const name = fc.constantFrom("ann", "b", "x".repeat(100), "");
  return fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(name, fc.boolean()), { minLength: 1, maxLength: 5 }),
      async (calls) => {
        const { socket, text } = wire();
        let expected = "";
        for (const [value, hasBody] of calls) {
          const of = (value: string) => ({
            url: `http://localhost/a/${value}?b=${value}`,
            headers: [["x-name", `<${value}>`]] as [string, string][],
            body: hasBody ? `{${value}}` : null,
          });
          const sources = sourcesOf([dataSet("d", [{ v: value }])]);
          const varying = frameHttp1(requestWith(of("{{d.v}}"), sources));
          varying.varying!.write(blankExchange(), socket);
          const fixed = frameHttp1(requestWith(of(value)));
          assert.equal(fixed.varying, null);
          expected += new TextDecoder().decode(fixed.bytes);
        }
        assert.equal(await text(), expected);
      },
    ),
  );
});

Deno.test("a large body of a file goes out behind its head without a copy, fixed or not", async () => {
  const file = new Uint8Array(new SharedArrayBuffer(100_000)).fill(0x61);
  const files = new Map([["f", file]]);
  for (const url of ["http://localhost/x", "http://localhost/{{int 7 7}}"]) {
    const { socket, text, sent } = wire();
    const framed = frameHttp1(
      requestWith(
        { url, content: { kind: "file", file: "f" } },
        sourcesOf([], { files }),
      ),
    );
    if (framed.varying) framed.varying.write(blankExchange(), socket);
    else {
      assert.equal(framed.apart, file);
      socket.writeShared(framed.bytes);
      socket.writeShared(framed.apart);
    }
    const all = await text();
    assert.match(
      all,
      /^POST \/[x7] HTTP\/1.1\r\n[^]*content-length: 100000\r\n\r\na{100000}$/,
    );
    if (framed.varying) {
      assert.deepEqual(sent.map(({ length }) => length > 50_000), [
        false,
        true,
      ]);
    }
  }
});

Deno.test("a request that could outgrow limits.max_request_bytes is refused as it is made", () => {
  const data = [dataSet("d", [{ v: "x" }, { v: "y".repeat(5000) }])];
  assert.throws(
    () =>
      requestWith(
        { body: "{{d.v}}" },
        sourcesOf(data, { maxRequestBytes: 4096 }),
      ),
    /target api: request may have \d+ bytes with its fields, must have at most 4096 \(limits.max_request_bytes\)/,
  );
});
