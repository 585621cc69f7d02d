import { join } from "node:path";
import { expand, isoTime, KarError, unreachable } from "../../base/mod.ts";
import { ensureFolder, runtimeFolder } from "../../daemon/mod.ts";
import type { Tell } from "../../observer/mod.ts";
import type {
  PageAction,
  PageControl,
  PagePort,
  PageServer,
  PageServerOptions,
} from "../../page/mod.ts";
import type { Plan, UiPlan } from "../../plan/mod.ts";
import type { Run } from "../../run/mod.ts";
import { listenAt } from "../../serving/mod.ts";
import type { System } from "../system.ts";

/** Where the page is, unless somebody says otherwise. */
export const USUAL_ADDRESS = "127.0.0.1:9089";
const TOKEN_BYTES = 24;

/** What a page is served with. */
export interface PageServing {
  readonly plan: Plan;
  readonly variables: Readonly<Record<string, string>>;
  /** What the file of the token is called: the run's name. */
  readonly name: string;
  readonly tell: Tell;
  /** Whether a person reads what is printed. */
  readonly isQuiet: boolean;
}

/** What a page is served with, and where it is made. */
export interface PageServed extends PageServing {
  readonly port: PagePort;
}

/** A page that is served, and the run that it may change. */
export interface ServedPage {
  readonly server: PageServer;
  /** There is a run now. @param drain what a signal does */
  begun(run: Run, drain: () => void): void;
  /** Ends everything; safe to call twice. */
  close(): Promise<void>;
}

/**
 * Serves the page of a run. Listens before anything is sent, so that a port in
 * use ends kar before it has touched the target.
 *
 * @throws {KarError} when the address cannot be had
 */
export async function openPageServer(
  system: System,
  ui: UiPlan,
  serving: PageServed,
): Promise<ServedPage> {
  const { servePage } = await import("../../page/mod.ts");
  const { listener, hostname, address } = listenAt({
    address: ui.address ?? USUAL_ADDRESS,
    mayMove: ui.address === null,
    key: "ui.address",
    what: "the page",
    off: "ui.enabled: false",
  });
  const remote = ui.control ? new RemoteControl(serving.tell) : null;
  const token = ui.control ? await Token.open(system, ui, serving) : null;
  const control: PageControl | null = remote && token && {
    token: token.value,
    act: (action) => remote.act(action),
  };
  const options: PageServerOptions = {
    listener,
    hostname,
    control,
    port: serving.port,
  };
  const server = await servePage(options);
  const url = pageUrl(hostname, address);
  serving.tell(`Page on ${url}`);
  if (token !== null) tellToken(system, url, { token, ...serving });
  return {
    server,
    begun: (run, drain) => remote?.begun(run, drain),
    async close() {
      await server.close();
      await token?.remove();
    },
  };
}

/** What to write into a browser. @param hostname null = all interfaces */
export function pageUrl(hostname: string | null, address: string): string {
  return `http://${hostname === null ? `localhost${address}` : address}/`;
}

/** The log learns where the token is, and only who looks on now the token itself. */
function tellToken(
  { stderr }: System,
  url: string,
  { token: { path, value }, tell, isQuiet }: PageServing & {
    readonly token: Token;
  },
): void {
  if (path === null) return tell("Control of the page by ui.token");
  tell(`Control of the page by the token in ${path}`);
  if (!isQuiet) stderr.writeSoon(`kar: ${url}#token=${value}\n`);
}

/** What opens control: as the config says, or drawn and kept for nobody but the user. */
class Token {
  private constructor(
    readonly value: string,
    /** Null = the user knows it. */
    readonly path: string | null,
  ) {}

  static async open(
    { env }: System,
    { token }: UiPlan,
    { variables, name }: PageServing,
  ): Promise<Token> {
    if (token !== null) return new Token(expand(token, variables), null);
    const bytes = crypto.getRandomValues(new Uint8Array(TOKEN_BYTES));
    const drawn = bytes.toBase64({ alphabet: "base64url" });
    const folder = runtimeFolder(env);
    await ensureFolder(folder);
    const path = join(folder.path, `${name}.token`);
    await Deno.remove(path).catch(() => {});
    await Deno.writeTextFile(path, `${drawn}\n`, {
      mode: 0o600,
      createNew: true,
    });
    return new Token(drawn, path);
  }

  async remove(): Promise<void> {
    if (this.path !== null) await Deno.remove(this.path).catch(() => {});
  }
}

/** Does what the page asks, as the command line would. */
class RemoteControl {
  #run: Run | null = null;
  #drain = () => {};
  readonly #tell: Tell;

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  begun(run: Run, drain: () => void): void {
    this.#run = run;
    this.#drain = drain;
  }

  /** @throws {KarError} when the run refuses */
  async act({ kind, value }: PageAction): Promise<string> {
    const run = this.#run;
    if (run === null) throw new KarError("usage", "The run has not begun yet");
    this.#tell(`The page asks: ${kind}${kind === "scale" ? ` ${value}` : ""}`);
    switch (kind) {
      case "stop":
        if (run.endAll !== undefined) {
          return holdsFrom(run, await run.endAll(), "All parts end");
        }
        this.#drain();
        return "Draining: open requests may end";
      case "scale":
        return holdsFrom(run, await run.apply({ kind, value }));
      case "fire":
      case "pause":
      case "resume":
      case "spike":
        return holdsFrom(run, await run.apply({ kind }));
      default:
        return unreachable(kind);
    }
  }
}

function holdsFrom(run: Run, ms: number, what = "Holds"): string {
  return `${what} from ${isoTime(ms)}${run.unconfirmedAt?.(ms) ?? ""}`;
}
