const NAME_CHARS_MAX = 64;
// deno-lint-ignore no-control-regex
const CONTROL_REGEXP = /[\u0000-\u001f\u007f-\u009f]+/g;

/** Gives each target a name of its own. */
export class TargetNames {
  readonly #taken = new Set<string>();

  /** A name that nobody has yet, as near to the one that is wanted as may be. */
  free(wanted: string): string {
    const base = wanted.toWellFormed().replace(CONTROL_REGEXP, " ").trim() ||
      "target";
    let name = cut(base, "");
    for (let n = 2; this.#taken.has(name); n++) name = cut(base, ` ${n}`);
    this.#taken.add(name);
    return name;
  }
}

function cut(text: string, end: string): string {
  // A variable in a name would be asked for.
  const plain = text.replaceAll("${", "$ {");
  return plain.slice(0, NAME_CHARS_MAX - end.length).toWellFormed().trim() +
    end;
}

/** What a step is called: its method and path, where a name has no slash. */
export function stepName(method: string, path: string): string {
  const words = path.split("/").filter((word) => word !== "").join(" ");
  return `${method} ${words === "" ? "root" : words}`;
}
