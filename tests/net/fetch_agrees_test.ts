import { openedFetch } from "../transport/opened.ts";
import assert from "node:assert/strict";
import { Recorder, testCall, testTarget } from "../transport/support.ts";
import { startFaultyServer } from "./faulty_server.ts";
import { CLEAN, meet, sends } from "./http1_meet.ts";

const MAX_BODY_BYTES = 1000;
const LONG = "x".repeat(MAX_BODY_BYTES + 1);

async function outcomeByFetch(text: string, method: string): Promise<string> {
  const recorder = new Recorder({ maxBodyBytes: MAX_BODY_BYTES });
  await using server = await startFaultyServer(sends(text));
  const target = testTarget({ url: server.origin, method, timeoutMs: 5000 });
  const transport = openedFetch(target, recorder);
  assert.equal(transport.send(testCall()), true);
  await recorder.until(1);
  await transport.close();
  return recorder.outcomes[0]!;
}

/** Answers that the stock stack reads for itself, and what both clients make of them. */
const ROWS:
  readonly (readonly [what: string, text: string, outcome: string])[] = [
    ["two equal lengths", answer("2", "2", "ok"), "200"],
    ["a list of equal lengths", answer("2, 2,2", null, "ok"), "200"],
    ["a length just within", answer("1000", null, LONG.slice(1)), "200"],
    ["a length too large", answer("1001", null, LONG), "too_large"],
    ["two equal lengths too large", answer("1001", "1001", LONG), "too_large"],
    ["two lengths", answer("2", "3", "ok"), "protocol"],
    ["no length at all", answer(null, null, ""), "200"],
    ["chunks", chunks("ok"), "200"],
    ["chunks too large", chunks(LONG), "too_large"],
    [
      "a 101 that nobody asked for",
      "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n",
      "protocol",
    ],
    [
      "a 101 with nothing beside",
      "HTTP/1.1 101 Switching Protocols\r\n\r\n",
      "protocol",
    ],
    [
      "interim answers",
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n${
        answer("2", null, "ok")
      }`,
      "200",
    ],
  ];

function answer(
  length: string | null,
  again: string | null,
  body: string,
): string {
  const line = (value: string | null) =>
    value === null ? "" : `Content-Length: ${value}\r\n`;
  const close = length === null ? "content-length: 0\r\n" : "";
  return `HTTP/1.1 200 OK\r\n${line(length)}${line(again)}${close}\r\n${body}`;
}

function chunks(body: string): string {
  const size = body.length.toString(16);
  return "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" +
    `${size}\r\n${body}\r\n0\r\n\r\n`;
}

for (const [what, text, outcome] of ROWS) {
  Deno.test({
    name: `openFetch() and openHttp1() meet ${what} with ${outcome}`,
    ...CLEAN,
    fn: async () => {
      const { outcomes } = await meet(sends(text));
      assert.deepEqual(outcomes, [outcome]);
      assert.equal(await outcomeByFetch(text, "GET"), outcome);
    },
  });
}

Deno.test({
  name: "openFetch() takes the length that an answer to HEAD tells as it is",
  ...CLEAN,
  fn: async () => {
    for (const length of ["2", "2, 2", "1000000"]) {
      const text = `HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n\r\n`;
      assert.equal(await outcomeByFetch(text, "HEAD"), "200");
    }
  },
});
