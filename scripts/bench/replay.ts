import process from "node:process";
import {
  InWindow,
  TraceCursor,
  TracePacker,
  TraceReader,
} from "../../src/trace/mod.ts";
import { median } from "./process.ts";
import { atLeast, type Bench } from "./rows.ts";

const ROUNDS = 5;
const ARRIVALS = 1_000_000;
const BETWEEN_US = 1000;
const WINDOW_US = 10e6;
const FORMS = 8;
const MILLION_PER_SEC = 1;

/** How fast instants are packed, as `kar replay` packs them, and read again. */
export const REPLAY: Bench = {
  name: "replay",
  about: "how fast a trace is packed, and read as workers read it",
  run: ({ say }) => {
    say(`replay: ${ARRIVALS} arrivals`);
    const bytes = packed();
    const rows = [
      ["packed, in order of ends", () => void packed()],
      ["read", () => read(bytes)],
    ] as const;
    return Promise.resolve(rows.map(([what, run]) =>
      atLeast({
        bench: "replay",
        what: `arrivals ${what}`,
        value: millionsPerSec(run),
        unit: "M/s",
      }, MILLION_PER_SEC)
    ));
  },
};

function millionsPerSec(run: () => void): number {
  run();
  return median(Array.from({ length: ROUNDS }, () => {
    const started = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(started);
    return ARRIVALS / (user + system);
  }));
}

/** Instants that are up to half a second out of order, as starts are in a log of ends. */
function packed(): Uint8Array {
  const pieces: Uint8Array[] = [];
  const packer = new TracePacker({
    write: (piece) => pieces.push(piece.slice()),
  });
  const window = new InWindow(
    WINDOW_US,
    (us, tag) => packer.add(us, tag % FORMS, tag & 255),
  );
  for (let i = 0; i < ARRIVALS; i++) {
    const early = Math.imul(i, 2654435761) >>> 13;
    window.add(1.7e15 + i * BETWEEN_US - early, i);
  }
  window.end();
  packer.end([]);
  return joined(pieces);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((n, { length }) => n + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

function read(bytes: Uint8Array): void {
  const reader = new TraceReader((offset, into) => {
    const part = bytes.subarray(offset, offset + into.length);
    into.set(part);
    return part.length;
  }, bytes.length);
  const cursor = new TraceCursor(reader);
  let count = 0;
  for (cursor.seek(0); cursor.us < Infinity; cursor.next()) count++;
  if (count !== ARRIVALS) throw new Error(`${count} arrivals read`);
}
