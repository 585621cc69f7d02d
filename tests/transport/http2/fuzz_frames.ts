/**
 * What peers of HTTP/2 say in the fuzzer: in order, nearly in order, and not.
 *
 * @module
 */
import { FLAG, FRAME } from "../../../src/transport/http2/framing/mod.ts";
import type { Chance } from "../../fixtures/chance.ts";
import {
  answer200,
  block,
  concat,
  data,
  frame,
  goaway,
  headers,
  resetStream,
  settings,
  uint32,
  windowUpdate,
} from "./support.ts";

const STATUSES = ["200", "200", "404", "503", "103", "100", "101", "99", "2x"];
const NAMES = ["x-a", "grpc-status", "content-length", "content-type", "X-B"];
const VALUES = [
  "0",
  "1",
  "13",
  "application/grpc",
  "a\nb",
  "",
  "x".repeat(300),
];

/**
 * What a peer that knows the rules may say to streams that are open; those that
 * it ends are taken out of the list.
 */
export function fairFrames(chance: Chance, open: number[]): Uint8Array {
  const at = chance.below(Math.max(1, open.length));
  const stream = open[at] ?? 0;
  if (stream === 0) return frame(FRAME.ping, { payload: chance.bytes(8) });
  const status = chance.of(["200", "200", "404", "503"]);
  switch (chance.below(24)) {
    case 0:
      open.splice(at, 1);
      return resetStream(stream, chance.below(14));
    case 1:
      return settings({ 4: chance.of([0, 100, 70_000]), 3: chance.below(20) });
    case 2:
      return windowUpdate(chance.of([0, stream]), 1 + chance.below(70_000));
    case 3:
      return headers(stream, { ":status": "103" });
    case 4:
      return frame(FRAME.ping, { payload: chance.bytes(8) });
    case 5:
      return chance.oneIn(10) ? goaway(stream) : settings();
    case 6:
      return chance.oneIn(20) ? anyFrames(chance) : settings();
    case 7:
      open.splice(at, 1);
      return answer200(stream);
    default:
      open.splice(at, 1);
      return headers(stream, { ":status": status, "x-a": "b" }, true);
  }
}

/** A frame, or several that belong together. */
export function anyFrames(chance: Chance): Uint8Array {
  const stream = chance.of([1, 1, 3, 3, 5, 7, 9, 11, 0, 2, 99]);
  const rounds = chance.oneIn(12) ? chance.of([100, 1200]) : 1;
  switch (chance.below(16)) {
    case 0:
    case 1:
    case 2:
      return answer200(stream);
    case 3:
      return headers(stream, anyFields(chance), chance.oneIn(2));
    case 4:
      return anyHead(stream, anyBlock(chance), chance);
    case 5:
      return data(
        stream,
        chance.bytes(chance.of([0, 1, 20, 2000])),
        chance.oneIn(2),
      );
    case 6:
      return repeat(
        rounds,
        settings({ 4: chance.of([0, 1, 70_000, 2 ** 31 - 1]) }),
      );
    case 7:
      return repeat(rounds, frame(FRAME.ping, { payload: chance.bytes(8) }));
    case 8:
      return repeat(
        rounds,
        windowUpdate(stream, chance.of([0, 1, 70_000, 2 ** 31 - 1])),
      );
    case 9:
      return repeat(rounds, resetStream(stream, chance.below(16)));
    case 10:
      return repeat(rounds, headers(stream, { ":status": "103" }));
    case 11:
      return frame(FRAME.priority, {
        stream,
        payload: chance.bytes(chance.of([5, 5, 4])),
      });
    case 12:
      return chance.oneIn(3)
        ? goaway(chance.of([0, 3, 2 ** 31 - 1]))
        : data(stream, "");
    case 13:
      return frame(chance.below(12), {
        stream,
        flags: chance.below(256),
        payload: chance.bytes(chance.below(20)),
      });
    case 14:
      return chance.oneIn(4)
        ? chance.bytes(chance.below(30))
        : answer200(stream);
    default:
      return repeat(rounds, data(stream, "x"));
  }
}

function anyFields(chance: Chance): Record<string, string> {
  const fields: Record<string, string> = { ":status": chance.of(STATUSES) };
  for (let i = chance.below(4); i > 0; i--) {
    fields[chance.of(NAMES)] = chance.of(VALUES);
  }
  return fields;
}

/** A block that uses the table, or is none. */
function anyBlock(chance: Chance): Uint8Array {
  const pieces = Array.from({ length: 1 + chance.below(5) }, () =>
    chance.of([
      () => Uint8Array.of(0x88),
      () => Uint8Array.of(0x40, 1, 0x61 + chance.below(5), 1, 0x62),
      () => Uint8Array.of(0xbe + chance.below(3)),
      () => Uint8Array.of(0x20 + chance.below(32)),
      () => chance.bytes(chance.below(6)),
      () => Uint8Array.of(0x00, 0x7f, ...uint32(chance.below(2 ** 32))),
      () => block(anyFields(chance)),
    ])());
  return concat(...pieces);
}

/** A block in one frame or in several, with padding or priority or neither. */
function anyHead(
  stream: number,
  whole: Uint8Array,
  chance: Chance,
): Uint8Array {
  const end = chance.oneIn(2) ? FLAG.endStream : 0;
  if (chance.oneIn(2)) {
    const flags = end | FLAG.endHeaders;
    const padding = chance.below(5);
    const payload = chance.oneIn(2)
      ? concat(Uint8Array.of(padding), whole, new Uint8Array(padding))
      : null;
    return payload === null
      ? frame(FRAME.headers, { stream, flags, payload: whole })
      : frame(FRAME.headers, { stream, flags: flags | FLAG.padded, payload });
  }
  const at = chance.below(whole.length + 1);
  return concat(
    frame(FRAME.headers, {
      stream,
      flags: end,
      payload: whole.subarray(0, at),
    }),
    ...(chance.oneIn(8) ? [data(stream, "inside")] : []),
    frame(FRAME.continuation, {
      stream,
      flags: FLAG.endHeaders,
      payload: whole.subarray(at),
    }),
  );
}

function repeat(count: number, bytes: Uint8Array): Uint8Array {
  return count === 1 ? bytes : concat(...Array(count).fill(bytes));
}
