import { join } from "node:path";
import manifest from "../../deno.json" with { type: "json" };
import {
  type Cancel,
  EVENT_INTERVAL_VARIABLE,
  EXIT,
  type ExitName,
  KarError,
  messageOf,
  usableEventInterval,
  V8_FLAGS,
} from "../base/mod.ts";
import { proxiesIn } from "../request/mod.ts";
import { ERROR_KEY } from "./notify.ts";
import {
  checkSocketPath,
  ensureFolder,
  type Env,
  runtimeFolder,
} from "./paths/mod.ts";

/** How long a process may take until it is ready. */
const READY_MS = 30_000;
/** Its last words may still be on the way when its end is noticed. */
const LAST_WORDS_MS = 200;

/** What is started. */
export interface Launch {
  readonly env: Env;
  /** The words after `kar`. */
  readonly args: readonly string[];
  /** Called with a signal that ends this process. */
  readonly onStopSignal?: (task: () => void) => Cancel;
}

/**
 * Starts kar in a session of its own, without a terminal, and waits until it
 * says that it is ready.
 *
 * @throws {KarError} what the process itself says is wrong; `cancelled` after a
 *   signal, which ends it too
 */
export async function launch(
  { env, args, onStopSignal }: Launch,
): Promise<void> {
  const folder = runtimeFolder(env);
  const path = join(folder.path, `launch-${Deno.pid}`);
  checkSocketPath(path);
  await ensureFolder(folder);
  // Of a process that had this number and was killed.
  await Deno.remove(path).catch(() => {});
  const socket = listenAt(path);
  const stopped = Promise.withResolvers<"stopped">();
  const deafen = onStopSignal?.(() => stopped.resolve("stopped"));
  try {
    await readyOf(spawn(env, args, path), socket, stopped.promise);
  } finally {
    deafen?.();
    socket.close();
    await Deno.remove(path).catch(() => {});
  }
}

function listenAt(path: string): Deno.DatagramConn {
  try {
    return Deno.listenDatagram({ transport: "unixpacket", path });
  } catch (error) {
    throw new KarError(
      "cannotStart",
      `Cannot make the socket ${path}: ${messageOf(error)}`,
    );
  }
}

/**
 * The words that start this very program: the launcher that a package names in
 * `KAR_SELF`, a compiled binary, or Deno with the main module.
 */
function selfCommand(env: Env): readonly [string, ...string[]] {
  const launcher = env("KAR_SELF");
  if (launcher) return [launcher];
  if (Deno.build.standalone) return [Deno.execPath()];
  // Settings beside the main module are not read where npm has put it.
  const unstable = manifest.unstable.map((name) => `--unstable-${name}`);
  const flags = ["-A", "--quiet", V8_FLAGS, ...unstable];
  return [Deno.execPath(), "run", ...flags, Deno.mainModule];
}

function spawn(
  env: Env,
  args: readonly string[],
  notifySocket: string,
): Deno.ChildProcess {
  const [program, ...words] = selfCommand(env);
  const command = new Deno.Command(program, {
    args: [...words, ...args],
    // The manager of this process, if it has one, is not the child's.
    env: {
      ...Object.fromEntries(proxiesIn(env)),
      NOTIFY_SOCKET: notifySocket,
      WATCHDOG_USEC: "",
      WATCHDOG_PID: "",
      [EVENT_INTERVAL_VARIABLE]: usableEventInterval(
        env(EVENT_INTERVAL_VARIABLE),
      ),
    },
    stdin: "null",
    stdout: "null",
    stderr: "null",
    detached: true,
  });
  try {
    const child = command.spawn();
    child.unref();
    return child;
  } catch (error) {
    throw new KarError(
      "cannotStart",
      `Cannot start ${program} in the background: ${messageOf(error)}`,
    );
  }
}

async function readyOf(
  child: Deno.ChildProcess,
  socket: Deno.DatagramConn,
  stopped: Promise<"stopped">,
): Promise<void> {
  const signal = new ReadySignal(socket);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), READY_MS);
  });
  const end = await Promise.race([signal.ready, child.status, late, stopped]);
  clearTimeout(timer);
  if (end === "ready") return;
  if (end === "stopped") {
    // No caller knows yet that it runs, so no caller would end it.
    child.kill("SIGKILL");
    await child.status;
    throw new KarError("cancelled", "Cancelled; nothing was started");
  }
  if (end === "late") {
    child.kill("SIGKILL");
    throw new KarError(
      "cannotStart",
      `kar was not ready within ${
        READY_MS / 1000
      } s and was ended; kar run with the same flags shows what it does`,
    );
  }
  throw new KarError(exitOf(end.code), await signal.lastWords());
}

/** What the started process tells. */
class ReadySignal {
  readonly #ready = Promise.withResolvers<"ready">();
  readonly #failed = Promise.withResolvers<string>();

  constructor(socket: Deno.DatagramConn) {
    void this.#listen(socket);
  }

  get ready(): Promise<"ready"> {
    return this.#ready.promise;
  }

  /** Why it ended. */
  async lastWords(): Promise<string> {
    const nothing = new Promise<string>((resolve) =>
      setTimeout(
        () =>
          resolve(
            "kar ended before it was ready; kar run with the same flags shows why",
          ),
        LAST_WORDS_MS,
      )
    );
    return await Promise.race([this.#failed.promise, nothing]);
  }

  async #listen(socket: Deno.DatagramConn): Promise<void> {
    for await (const [bytes] of socket) {
      for (const line of new TextDecoder().decode(bytes).split("\n")) {
        if (line === "READY=1") this.#ready.resolve("ready");
        const [key, value] = [ERROR_KEY, line.slice(ERROR_KEY.length + 1)];
        if (line.startsWith(`${key}=`)) this.#failed.resolve(JSON.parse(value));
      }
    }
  }
}

function exitOf(code: number): Exclude<ExitName, "done"> {
  // The process got a signal before it was ready.
  if (code === EXIT.done) return "cannotStart";
  const names = Object.keys(EXIT) as Exclude<ExitName, "done">[];
  return names.find((each) => EXIT[each] === code) ?? "bug";
}
