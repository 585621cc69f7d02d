import { resolve } from "node:path";
import { digestSpan, type Stripe } from "../../../arrivals/mod.ts";
import {
  EXIT,
  formatDuration,
  isoTime,
  KarError,
  SLOT_MS,
} from "../../../base/mod.ts";
import { lengthUsOf } from "../../../trace/mod.ts";
import { openTrace, type TraceFile } from "../../../transport/mod.ts";
import {
  sweepTemporary,
  type TemporaryFile,
  temporaryTrace,
} from "../../../daemon/mod.ts";
import { mayFire, refuseUnasked } from "../../follow/consent.ts";
import { givenUrl } from "../../line/url.ts";
import { checkSave } from "../../line/save.ts";
import { loadPlan } from "../../load_plan.ts";
import {
  type ReplayGiven,
  replayText,
  sentForms,
} from "../../replay/config.ts";
import { isTraceFile } from "../../replay/is_trace.ts";
import { type PackFlags, packLog } from "../../replay/pack.ts";
import { refuseLaw } from "../../replay/replayed.ts";
import { shiftOf } from "../../replay/shift.ts";
import type { System } from "../../system.ts";
import { startMsIn } from "../../values.ts";
import { run, type RunFlags } from "../run.ts";

/** What `kar replay` takes beside the flags of `kar run`. */
export interface ReplayFlags
  extends PackFlags, Omit<RunFlags, "config" | "screen" | "replay"> {
  readonly target: string;
  readonly speed?: number | undefined;
  readonly rate?: number | undefined;
  /** In milliseconds. */
  readonly shift?: number | undefined;
  readonly loop?: number | undefined;
  readonly methods?: readonly string[] | undefined;
  /** Where the packed trace is kept. */
  readonly save?: string | undefined;
  readonly force?: true | undefined;
  /** Prints the digest of all arrivals, and sends nothing. */
  readonly digest?: true | undefined;
  readonly screen?: true | undefined;
  readonly yes?: true | undefined;
}

/** What stands where a config file's name would. */
const REPLAY_FILE = "the replay";
/** Methods that change nothing. */
const SAFE = ["GET", "HEAD", "OPTIONS"];

/** `kar replay LOG|TRACE`: sends what was asked, at the instants at which it was. */
export async function replay(
  system: System,
  path: string,
  flags: ReplayFlags,
): Promise<number> {
  const target = givenUrl(flags.target).replace(/[?#].*$/, "");
  refuseLaw(flags.threshold ?? []);
  if (!flags.digest) await refuseUnasked(system, target, flags.yes);
  if (flags.save !== undefined) {
    await checkSave(flags.save, flags.force);
    await checkOther(flags.save, path);
  }
  const isPacked = await isTraceFile(path);
  const kept = isPacked ? path : flags.save;
  const isKept = kept !== undefined;
  // A record names it, and is read from any folder.
  const place = isKept
    ? { path: resolve(kept), remove: () => Promise.resolve() }
    : await placeOfTrace(system);
  const trace = place.path;
  try {
    if (!isPacked) await pack(system, [path, trace], flags);
    if (!isKept) tellUnkept(system, flags);
    using file = openTrace(trace);
    if (isPacked && !file.reader.isWhole()) throw damaged(path);
    return await send(system, { file, trace, target }, flags);
  } finally {
    await place.remove();
  }
}

/** @throws {KarError} `usage` where the trace would be written over what it is made of */
async function checkOther(save: string, path: string): Promise<void> {
  const [trace, log] = await Promise.all(
    [save, path].map((file) => Deno.realPath(file).catch(() => null)),
  );
  if (trace === null || trace !== log) return;
  throw new KarError(
    "usage",
    `--save ${save} is what would be replayed: name another file`,
  );
}

function damaged(path: string): KarError {
  return new KarError(
    "config",
    `Cannot replay ${path}: it is damaged, its instants have another digest than it says; pack the log again`,
  );
}

/** Beside what else lives as long as its process, where the next start removes what a kill left. */
async function placeOfTrace({ env, pid }: System): Promise<TemporaryFile> {
  await sweepTemporary(env);
  try {
    return await temporaryTrace(env, pid);
  } catch {
    // There is no folder of kar's own, as without a home.
    const end = { prefix: "kar-replay-", suffix: ".kartrace" };
    const path = await Deno.makeTempFile(end);
    return { path, remove: () => Deno.remove(path).catch(() => {}) };
  }
}

/** What is sent can be made again from a record and its trace only. */
function tellUnkept(
  { stderr }: System,
  { record, name, digest }: ReplayFlags,
): void {
  if (digest || (record === undefined && name === undefined)) return;
  stderr.write(
    "kar: The trace is removed at the end: --save keeps it for kar verify\n",
  );
}

async function pack(
  system: System,
  paths: readonly [string, string],
  flags: ReplayFlags,
): Promise<void> {
  const { packed, late, facts } = await packLog(system, paths, flags);
  const { unreadable, badStamps } = facts.lines;
  const tell = (text: string) => system.stderr.write(`kar: ${text}\n`);
  if (flags.quiet !== true) {
    tell(
      `Packed ${packed} requests of ${paths[0]}, stamps of the ${facts.stamp}`,
    );
  }
  const lost = late + unreadable + badStamps;
  if (lost > 0) {
    tell(
      `Left out: ${unreadable} lines that cannot be read, ${badStamps} stamps far from all others, ${late} requests more than 10s behind their place`,
    );
  }
}

interface OpenedTrace {
  readonly file: TraceFile;
  readonly trace: string;
  readonly target: string;
}

async function send(
  system: System,
  { file: { reader }, trace, target }: OpenedTrace,
  flags: ReplayFlags,
): Promise<number> {
  const { head } = reader;
  const { speed = 1, rate = 1, loop = 1 } = flags;
  const { methods = SAFE, zone } = flags;
  const options = { target, speed, rate, methods, zone };
  const sent = sentForms(head, options);
  if (sent.length === 0) {
    throw nothingToSend(head.forms.length, options.methods);
  }
  tellLeftOut(
    system,
    { sent: sent.reduce((n, f) => n + f.count, 0), head },
    options.methods,
  );
  const given: ReplayGiven = {
    ...{ head, trace, digest: head.digest, spanUs: head.spanUs, speed, rate },
    loop,
    gapUs: Math.max(1, Math.round(head.spanUs / Math.max(1, head.count - 1))),
    shiftUs: flags.shift === undefined ? shiftOf(reader) : flags.shift * 1000,
  };
  const text = replayText(head, options);
  const own: System = {
    ...system,
    readConfigFile: () => Promise.resolve(text),
  };
  const config = { ...flags, config: REPLAY_FILE, replay: given };
  const loaded = await loadPlan(own, { ...config, drawnSeed: 0 });
  const { plan } = loaded;
  const lengthMs = Math.ceil(lengthUsOf(plan.replay!) / 1000 / SLOT_MS) *
    SLOT_MS;
  const durationMs = Math.min(
    flags.duration ?? Infinity,
    Math.max(SLOT_MS, lengthMs),
  );
  if (flags.digest) {
    const startMs = flags.start === undefined
      ? Math.floor(system.wallMs() / SLOT_MS) * SLOT_MS
      : startMsIn(flags.start, plan.pattern.zone);
    let last = { arrivals: 0, digest: "" };
    const span = { startMs, durationMs, trace: reader, ...stripeOf(flags) };
    for (const progress of digestSpan(plan, span)) last = progress;
    system.stdout.write(
      `plan     ${plan.planId}\nstart    ${isoTime(startMs)}\nlength   ${
        formatDuration(durationMs)
      }\narrivals ${last.arrivals}\ndigest   ${last.digest}\n`,
    );
    return EXIT.done;
  }
  if (!await mayFire(own, loaded, flags.yes)) {
    system.stdout.write("Nothing was sent.\n");
    return EXIT.done;
  }
  return await run(own, { ...config, duration: durationMs });
}

function stripeOf({ stripe }: ReplayFlags): { readonly stripe?: Stripe } {
  return stripe === undefined ? {} : { stripe };
}

function tellLeftOut(
  { stderr }: System,
  { sent, head }: {
    readonly sent: number;
    readonly head: { readonly count: number };
  },
  methods: readonly string[],
): void {
  if (sent >= head.count) return;
  stderr.write(
    `kar: ${
      head.count - sent
    } of ${head.count} requests are not sent: other methods than ${
      methods.join(", ")
    } (--methods), or paths of fewer than five clients\n`,
  );
}

function nothingToSend(forms: number, methods: readonly string[]): KarError {
  return new KarError(
    "config",
    forms === 0
      ? "Nothing can be replayed: no path was asked for by five different clients; --keep-paths keeps them all"
      : `Nothing can be replayed: no request has one of the methods ${
        methods.join(", ")
      }; --methods names others`,
  );
}
