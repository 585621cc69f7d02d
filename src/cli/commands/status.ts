import {
  csi,
  EXIT,
  joined,
  linesOf,
  type Painted,
  plain,
  printableJson,
} from "../../base/mod.ts";
import { ask, type Status, statusJson } from "../../daemon/ask/mod.ts";
import { lookOf } from "../../report/mod.ts";
import { type NameFlag, running } from "../operate.ts";
import { statusText } from "../status_text.ts";
import { type System, textColumns } from "../system.ts";

/** Time between two looks with `--watch`. */
const WATCH_MS = 1000;
/** To the top left corner; what is there gives way line by line, without a flicker. */
const HOME = csi("H");
const REST_OF_LINE = csi("K");
const REST_OF_SCREEN = csi("J");

/** What `kar status` takes. */
export interface StatusFlags extends NameFlag {
  readonly json?: true | undefined;
  readonly watch?: true | undefined;
}

/** `kar status`: how a run goes, now or again and again. */
export async function status(
  system: System,
  flags: StatusFlags,
): Promise<number> {
  const { socket } = await running(system, flags);
  const look = async () => {
    show(system, await ask(socket, (client) => client.status({})), flags);
  };
  await look();
  if (flags.watch) await again(system, look);
  return EXIT.done;
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
    // `kar status --watch | head`: nobody would end it.
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

function show(
  system: System,
  status: Status,
  { json, watch }: StatusFlags,
): void {
  const { stdout, env } = system;
  if (json) {
    const indent = watch ? 0 : 2;
    stdout.write(`${printableJson(statusJson(status), indent)}\n`);
    return;
  }
  const text = statusText(status, {
    ...lookOf(env, stdout.isTerminal),
    width: textColumns(system),
  });
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
