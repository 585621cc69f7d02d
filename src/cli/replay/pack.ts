import type { LineFormat } from "../../access/mod.ts";
import { KarError } from "../../base/mod.ts";
import {
  formsOf,
  LocalTime,
  type LogFacts,
  LogReader,
  NoLog,
  type StampKind,
} from "../../learn/mod.ts";
import { RUN_TARGETS_MAX } from "../../plan/mod.ts";
import { InWindow, TracePacker } from "../../trace/mod.ts";
import { logBytes } from "../learn/log_bytes.ts";
import { ReadingProgress } from "../learn/progress.ts";
import { formatNamed, type LearnFormat } from "../learn/read_logs.ts";
import type { System } from "../system.ts";
import { headOf, LogSecret, withHead } from "./secret.ts";

/** How a log becomes a trace. */
export interface PackFlags {
  readonly format: LearnFormat;
  readonly zone?: string | undefined;
  readonly stamp?: StampKind | undefined;
  readonly keepPaths?: true | undefined;
}

/** Instants may be out of order by so much: a log is written when requests end. */
const WINDOW_US = 10e6;
/** Share of requests that may come later than that. */
const LATE_MAX = 0.01;
/** A form and a part of the clients as one number. */
const FORM_UNIT = 256;

/** What became of a log that was packed. */
export interface Packed {
  readonly facts: LogFacts;
  readonly packed: number;
  readonly late: number;
}

/**
 * Packs the requests of an access log into a file, in one pass and in bounded
 * memory. Half a trace is not left behind.
 *
 * @throws {KarError} `config` when it is no log, or its stamps are in no order
 */
export async function packLog(
  system: System,
  [log, trace]: readonly [string, string],
  flags: PackFlags,
): Promise<Packed> {
  const file = await Deno.create(trace);
  const writer = file.writable.getWriter();
  try {
    const packed = await packInto(writer, [system, log], flags);
    await writer.close();
    return packed;
  } catch (error) {
    await writer.abort().catch(() => {});
    await Deno.remove(trace).catch(() => {});
    throw error;
  }
}

async function packInto(
  writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>,
  [system, log]: readonly [System, string],
  flags: PackFlags,
): Promise<Packed> {
  let packed = 0;
  let lateLine = 0;
  const pending: Uint8Array<ArrayBuffer>[] = [];
  const packer = new TracePacker({
    write: (bytes) => pending.push(bytes.slice()),
  });
  const drain = async () => {
    for (const bytes of pending.splice(0)) await writer.write(bytes);
  };
  const window = new InWindow(WINDOW_US, (us, tag) => {
    packed++;
    packer.add(us, Math.floor(tag / FORM_UNIT), tag % FORM_UNIT);
  });
  const open = (secret: LogSecret) =>
    new LogReader({
      ...readerOptions(flags),
      key: secret.key,
      passed: ({ us, row, client, line }) => {
        const before = window.late;
        // Without a client each request is one of its own.
        const part = client === 0
          ? Math.imul(line, 0x9e3779b1) >>> 24
          : secret.partOf(client);
        window.add(us, row * FORM_UNIT + part);
        if (window.late > before && lateLine === 0) lateLine = line;
      },
    });
  const reader = await readLog(system, log, { open, drain });
  window.end();
  const facts = reader.end();
  const { late } = window;
  if (packed === 0) throw noRequests(log, facts);
  if (late > LATE_MAX * (packed + late)) throw unordered(log, late, lateLine);
  const keepPaths = flags.keepPaths === true;
  packer.end(formsOf(facts, { keepPaths, targetsMax: RUN_TARGETS_MAX }));
  await drain();
  return { facts, packed, late };
}

function readerOptions({ format, stamp, zone }: PackFlags) {
  const named = formatNamed(format);
  const time = new LocalTime(zone ?? "UTC");
  return {
    ...(named !== null && { format: named as LineFormat }),
    ...(stamp && { stamp }),
    ...(zone && {
      aheadUs: (us: number) => (time.at(us / 1e6) - us / 1e6) * 1e6,
    }),
  };
}

/** Reads all of a log. */
async function readLog(
  system: System,
  log: string,
  { open, drain }: {
    readonly open: (secret: LogSecret) => LogReader;
    /** Writes what was packed so far. */
    readonly drain: () => Promise<void>;
  },
): Promise<LogReader> {
  const progress = new ReadingProgress(system, log);
  let reader: LogReader | null = null;
  try {
    for await (const { bytes, done } of withHead(logBytes(log))) {
      reader ??= open(new LogSecret(headOf(bytes)));
      reader.push(bytes);
      await drain();
      progress.add(bytes.length, done);
    }
    reader ??= open(new LogSecret(new Uint8Array(0)));
    reader.endFile();
    return reader;
  } catch (error) {
    if (!(error instanceof NoLog)) throw error;
    throw new KarError(
      "config",
      `Cannot replay ${log}: ${error.message}; --format names another format`,
    );
  } finally {
    progress.end();
  }
}

function noRequests(log: string, { lines }: LogFacts): KarError {
  const why = lines.read === 0
    ? "it is empty"
    : `none of its ${lines.read} lines can be read; --format names another format`;
  return new KarError("config", `Cannot replay ${log}: ${why}`);
}

function unordered(log: string, late: number, line: number): KarError {
  return new KarError(
    "config",
    `Cannot replay ${log}: ${late} of its requests stand more than 10s behind their place, the first on line ${line}: sort it by time, or replay its parts one by one`,
  );
}
