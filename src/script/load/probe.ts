import { placeIn } from "../thrown.ts";
import { ScriptChild } from "../runner/mod.ts";
import type { FromScript, ScriptSource } from "../types.ts";

/** Time in which a script must have been evaluated. */
const PROBE_MS_MAX = 30_000;
/** Steps of one script; with targets and other steps fewer are allowed, see the config. */
const STEPS_MAX = 64;
// deno-lint-ignore no-control-regex
const STEP_NAME_REGEXP = /^[^\u0000-\u001f\u007f-\u009f/]{1,64}$/;

/** What a script exports. */
export type Probed =
  | { readonly kind: "steps"; readonly steps: readonly string[] }
  | { readonly kind: "wrong"; readonly message: string };

/** Evaluates a script in a process of its own and looks at what it exports; calls nothing. */
export async function probeScript(source: ScriptSource): Promise<Probed> {
  const said = Promise.withResolvers<FromScript | string>();
  const child = new ScriptChild({
    said: (message) => said.resolve(message),
    lost: (why) => said.resolve(why),
  });
  const timer = setTimeout(
    () => said.resolve(`it was not ready within ${PROBE_MS_MAX / 1000} s`),
    PROBE_MS_MAX,
  );
  try {
    child.tell({ kind: "open", main: source.main, setting: null });
    return judged(await said.promise, source);
  } finally {
    clearTimeout(timer);
    child.close();
    await child.ended;
  }
}

function judged(said: FromScript | string, source: ScriptSource): Probed {
  const { file } = source;
  const wrong = (message: string): Probed => ({
    kind: "wrong",
    message: `${file}: ${message}`,
  });
  if (typeof said === "string") return wrong(`evaluating it: ${said}`);
  if (said.kind === "broken") return brokenOf(said, source);
  if (said.kind !== "opened") {
    return wrong("it sent something that is not a message");
  }
  const { steps, isFunction } = said;
  if (!isFunction) return wrong("must export default a function");
  const hint = 'such as export const steps = ["login", "pay"] as const';
  if (!Array.isArray(steps)) return wrong(`must export its steps, ${hint}`);
  if (steps.length === 0 || steps.length > STEPS_MAX) {
    return wrong(`must export from 1 to ${STEPS_MAX} steps, ${hint}`);
  }
  if (!steps.every((name) => STEP_NAME_REGEXP.test(String(name)))) {
    return wrong("steps must be named by 1 to 64 characters without /");
  }
  return new Set(steps).size === steps.length
    ? { kind: "steps", steps: steps.map(String) }
    : wrong("each step must have a name of its own");
}

/** Nothing has been sent yet: it can have seen nothing but its own files. */
function brokenOf(
  { name, message, stack }: Extract<FromScript, { kind: "broken" }>,
  { modules, file }: ScriptSource,
): Probed {
  const place = placeIn(`${message}\n${stack}`, modules);
  const where = place === null
    ? file
    : `${place.file}:${place.line}:${place.col}`;
  const [first = ""] = message.split("\n");
  const shown = first.replace(/ at data:\S*$/, "").replaceAll(
    /'?data:[^\s']*'?/g,
    "the file that it imports",
  );
  return { kind: "wrong", message: `${where}: ${name}: ${shown}` };
}
