import {
  csi,
  EXIT,
  joined,
  linesOf,
  messageOf,
  type Painted,
  plain,
  printableJson,
} from "../../base/mod.ts";
import { ask, type Status, statusJson } from "../../daemon/ask/mod.ts";
import { listRunning } from "../../daemon/paths/mod.ts";
import { terminalCapsOf } from "../../report/mod.ts";
import { checkOperable, type NameFlag, running } from "../operate.ts";
import { type Listed, statusListText } from "../text/status_list.ts";
import { statusText } from "../text/status_text.ts";
import { type System, textColumns } from "../system.ts";

/** Time between two looks with `--watch`. */
const WATCH_MS = 1000;
/** How long one of several runs may take to answer. */
const LISTED_MS_MAX = 3000;
/** To the top left corner; what is there gives way line by line, without a flicker. */
const HOME = csi("H");
const REST_OF_LINE = csi("K");
const REST_OF_SCREEN = csi("J");

/** What `kar status` takes. */
export interface StatusFlags extends NameFlag {
  /** A part of a fleet's run alone, and not all parts together. */
  readonly part?: true | undefined;
  readonly json?: true | undefined;
  readonly watch?: true | undefined;
}

/** `kar status`: how a run goes, now or again and again. */
export async function status(
  system: System,
  flags: StatusFlags,
): Promise<number> {
  const look = await lookFor(system, flags);
  await look();
  if (flags.watch) await again(system, look);
  return EXIT.done;
}

/** A look at the run that is meant, or at all of several. */
async function lookFor(
  system: System,
  flags: StatusFlags,
): Promise<() => Promise<void>> {
  checkOperable(system);
  const isOfAll = flags.name === undefined &&
    (await listRunning(system.env)).length > 1;
  if (isOfAll) {
    return async () => showAll(system, await listed(system, flags), flags);
  }
  const { socket } = await running(system, flags);
  const asked = { part: flags.part === true };
  return async () =>
    show(system, await ask(socket, (client) => client.status(asked)), flags);
}

/** All runs; one that does not answer does not hide the others. */
async function listed(
  system: System,
  flags: StatusFlags,
): Promise<Listed[]> {
  const runs = await listRunning(system.env);
  const asked = { part: flags.part === true };
  // Reports that no run is left.
  if (runs.length === 0) await running(system, {});
  return await Promise.all(runs.map(async ({ name, socket }) => {
    try {
      const status = await ask(
        socket,
        (client) => client.status(asked, { timeoutMs: LISTED_MS_MAX }),
      );
      return { name, kind: "known", status } as const;
    } catch (error) {
      return { name, kind: "silent", why: messageOf(error) } as const;
    }
  }));
}

function showAll(
  system: System,
  runs: readonly Listed[],
  flags: StatusFlags,
): void {
  if (flags.json) {
    const all = runs.map((run) =>
      run.kind === "known"
        ? statusJson(run.status)
        : { name: run.name, error: run.why }
    );
    return printJson(system, all, flags);
  }
  const { stdout, env } = system;
  const caps = terminalCapsOf(env, stdout.isTerminal);
  const width = textColumns(system);
  print(system, statusListText(runs, { ...caps, width }), flags);
}

/** Looks again every second, until someone asks it to end or a look fails. */
async function again(
  system: System,
  look: () => Promise<void>,
): Promise<void> {
  const over = Promise.withResolvers<void>();
  const deafen = system.onStopSignal(over.resolve);
  let isLooking = false;
  const lookOnce = async () => {
    await look();
    // `kar status --watch | head` is ended by nothing else.
    if (!system.stdout.isOpen) over.resolve();
  };
  const end = system.every(WATCH_MS, () => {
    if (isLooking) return;
    isLooking = true;
    lookOnce().catch(over.reject).finally(() => isLooking = false);
  });
  // It alone does not keep the process alive, and neither does a signal.
  const alive = setInterval(() => {}, WATCH_MS);
  try {
    await over.promise;
  } finally {
    clearInterval(alive);
    end();
    deafen();
  }
}

function show(system: System, status: Status, flags: StatusFlags): void {
  if (flags.json) return printJson(system, statusJson(status), flags);
  const { stdout, env } = system;
  const caps = terminalCapsOf(env, stdout.isTerminal);
  const width = textColumns(system);
  print(system, statusText(status, { ...caps, width }), flags);
}

function printJson(
  { stdout }: System,
  value: unknown,
  { watch }: StatusFlags,
): void {
  stdout.write(`${printableJson(value, watch ? 0 : 2)}\n`);
}

function print({ stdout }: System, text: Painted, { watch }: StatusFlags) {
  if (!watch) stdout.paint(text);
  else {
    stdout.paint(
      stdout.isTerminal ? inPlace(text) : joined([plain("\n"), text]),
    );
  }
}

/** A text that takes the place of the one before it. */
function inPlace(text: Painted): Painted {
  const lines = linesOf(text).flatMap((line, i) =>
    i === 0 ? [line] : [REST_OF_LINE, plain("\n"), line]
  );
  return joined([HOME, ...lines, REST_OF_SCREEN]);
}
