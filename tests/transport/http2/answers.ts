/**
 * What a peer may answer to a call on stream 1, and what it comes to.
 *
 * @module
 */
import { FLAG, FRAME } from "../../../src/transport/http2/framing/mod.ts";
import { answer200, block, concat, data, frame, headers } from "./support.ts";

const OK = { ":status": "200" };
const END = FLAG.endStream;
const WHOLE = FLAG.endHeaders;

function pad(payload: Uint8Array, length: number): Uint8Array {
  return concat(Uint8Array.of(length), payload, new Uint8Array(length));
}

/** Answers that are in order, and their code. */
export const IN_ORDER: [meaning: string, bytes: Uint8Array, outcome: string][] =
  [
    ["only a head", headers(1, OK, true), "200"],
    ["head and body", answer200(1), "200"],
    ["no content", headers(1, { ":status": "204" }, true), "204"],
    ["an error", headers(1, { ":status": "503" }, true), "503"],
    [
      "a body in pieces, some empty",
      concat(headers(1, OK), data(1, "a"), data(1, ""), data(1, "b", true)),
      "200",
    ],
    [
      "an empty last frame",
      concat(headers(1, OK), data(1, "a"), data(1, "", true)),
      "200",
    ],
    [
      "interim answers first",
      concat(
        headers(1, { ":status": "103", link: "x" }),
        headers(1, { ":status": "100" }),
        answer200(1),
      ),
      "200",
    ],
    [
      "trailers",
      concat(headers(1, OK), data(1, "a"), headers(1, { "x-sum": "1" }, true)),
      "200",
    ],
    [
      "a length that is right",
      concat(headers(1, { ...OK, "content-length": "2" }), data(1, "ab", true)),
      "200",
    ],
    [
      "a head in three frames",
      concat(
        frame(FRAME.headers, {
          stream: 1,
          flags: END,
          payload: block(OK).subarray(0, 0),
        }),
        frame(FRAME.continuation, { stream: 1, payload: block(OK) }),
        frame(FRAME.continuation, {
          stream: 1,
          flags: WHOLE,
          payload: block({ a: "b" }),
        }),
      ),
      "200",
    ],
    [
      "padding and priority",
      concat(
        frame(FRAME.headers, {
          stream: 1,
          flags: WHOLE | FLAG.padded | FLAG.priority,
          payload: pad(concat(new Uint8Array(5), block(OK)), 3),
        }),
        frame(FRAME.data, {
          stream: 1,
          flags: END | FLAG.padded,
          payload: pad(new Uint8Array(4), 255),
        }),
      ),
      "200",
    ],
    [
      "frames that mean nothing here",
      concat(
        frame(FRAME.priority, { stream: 1, payload: new Uint8Array(5) }),
        frame(0x42, { stream: 9, payload: new Uint8Array(3) }),
        answer200(1),
      ),
      "200",
    ],
    [
      "an answer said twice",
      concat(answer200(1), answer200(1)),
      "200",
    ],
  ];

/** Answers that break the rules of a stream. */
export const MALFORMED: [meaning: string, bytes: Uint8Array][] = [
  ["no status", headers(1, { "x-y": "z" }, true)],
  ["a status of two digits", headers(1, { ":status": "20" }, true)],
  ["a status of letters", headers(1, { ":status": "2oo" }, true)],
  ["another pseudo-header", headers(1, { ...OK, ":path": "/" }, true)],
  [
    "two statuses",
    frame(FRAME.headers, {
      stream: 1,
      flags: WHOLE | END,
      payload: concat(block(OK), block(OK)),
    }),
  ],
  ["a late pseudo-header", headers(1, { a: "b", ":status": "200" }, true)],
  ["upper case", headers(1, { ...OK, "X-Y": "z" }, true)],
  ["a space in a name", headers(1, { ...OK, "x y": "z" }, true)],
  ["an empty name", headers(1, { ...OK, "": "z" }, true)],
  ["a line feed in a value", headers(1, { ...OK, a: "b\nc: d" }, true)],
  ["a field of HTTP/1.1", headers(1, { ...OK, connection: "close" }, true)],
  ["an interim answer as the last", headers(1, { ":status": "100" }, true)],
  ["switching protocols", headers(1, { ":status": "101" })],
  ["a body before the head", data(1, "a")],
  ["trailers that are not the last", concat(headers(1, OK), headers(1, {}))],
  [
    "trailers with a status",
    concat(headers(1, OK), headers(1, OK, true)),
  ],
  [
    "less body than it said",
    concat(headers(1, { ...OK, "content-length": "3" }), data(1, "ab", true)),
  ],
  [
    "more body than it said",
    concat(headers(1, { ...OK, "content-length": "1" }), data(1, "ab", true)),
  ],
  ["a length that is none", headers(1, { ...OK, "content-length": "x" })],
];
