import { EXIT, KarError } from "../../base/mod.ts";
import { lookOf } from "../../report/mod.ts";
import type { WizardEnd } from "../../screen/wizard/mod.ts";
import type { System } from "../system.ts";
import { run } from "./run.ts";

/** How the wizard is used. */
export interface WizardUse {
  /** Whether hosts that are not the user's own need no second word. */
  readonly yes?: true | undefined;
  /** Whether only what is in a file can be fired. */
  readonly needsFile?: boolean;
}

/** Where a terminal does not tell its size. */
const USUAL_SIZE = { columns: 80, rows: 24 };

/** `kar start`: questions, the live screen, the report. */
export async function startWizard(
  system: System,
  { yes }: WizardUse,
): Promise<number> {
  const end = await askWizard(system, { yes });
  if (end.kind === "quit") return quit(system, end.savedTo);
  system.stderr.write(`kar: The target ${end.reached}\n`);
  const isSaved = end.savedTo !== null;
  return await run(isSaved ? system : withFile(system, end.text), {
    config: end.savedTo ?? "kar start",
    metricsMayFail: true,
    screen: true,
    logFormat: "text",
  });
}

/**
 * Asks what to send, on the terminal, and gives the terminal back.
 *
 * @throws {KarError} `usage` without a terminal, `cancelled` after Ctrl-C or a
 *   signal to stop
 */
export async function askWizard(
  system: System,
  { yes, needsFile = false }: WizardUse,
): Promise<WizardEnd> {
  const { terminal, consoleSize, env } = system;
  if (terminal === null) throw noTerminal();
  const { openAsker, runWizard } = await import("../../screen/wizard/mod.ts");
  const { wizardWorld } = await import("../wizard_world.ts");
  const asker = openAsker({
    ...terminal,
    size: () => consoleSize() ?? USUAL_SIZE,
    look: lookOf(env, true),
  });
  const deafen = system.onStopSignal(() => asker.interrupt());
  try {
    const isSure = yes === true;
    return await runWizard(asker, wizardWorld(system), { isSure, needsFile });
  } finally {
    deafen();
    asker.close();
  }
}

function noTerminal(): KarError {
  return new KarError(
    "usage",
    "kar start asks questions, which needs a terminal that is not dumb; without one use kar run --config FILE, or kar demo to see kar at work",
  );
}

function quit({ stdout }: System, savedTo: string | null): number {
  stdout.write(
    savedTo === null
      ? "Nothing was sent.\n"
      : `Nothing was sent; kar run --config ${savedTo} does.\n`,
  );
  return EXIT.done;
}

/** The same system, with one more file: what was asked need not be on the disk. */
function withFile(system: System, text: string): System {
  return { ...system, readConfigFile: () => Promise.resolve(text) };
}
