import { basename } from "node:path";

/** Time that the check of types may take. */
const CHECK_MS_MAX = 60_000;

/** The result of checking the types of a script. */
export type TypesChecked =
  | { readonly kind: "right" }
  | { readonly kind: "wrong"; readonly messages: readonly string[] }
  /** Nobody is there who could. */
  | { readonly kind: "unchecked"; readonly why: string };

const UNCHECKED: TypesChecked = {
  kind: "unchecked",
  why:
    "its types were not checked: that takes a full Deno, as kar from source or from the package has",
};

/** Whether this kar runs in a Deno that can check types. */
function fullDeno(): string | null {
  const path = Deno.execPath();
  return !Deno.build.standalone && /^deno(?:\.exe)?$/.test(basename(path))
    ? path
    : null;
}

/**
 * Checks the types of a script by `deno check`, without network.
 *
 * @param shown the file as the config names it
 */
export async function checkTypes(
  { path, shown }: { readonly path: string; readonly shown: string },
): Promise<TypesChecked> {
  const deno = fullDeno();
  if (deno === null) return UNCHECKED;
  try {
    const { code, stderr } = await new Deno.Command(deno, {
      args: [
        ...["check", "--quiet", "--no-config", "--no-lock", "--no-npm"],
        ...["--no-remote", path],
      ],
      env: { NO_COLOR: "1" },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
      signal: AbortSignal.timeout(CHECK_MS_MAX),
    }).output();
    if (code === 0) return { kind: "right" };
    const messages = typeErrors(new TextDecoder().decode(stderr), {
      path,
      shown,
    });
    return messages.length > 0 ? { kind: "wrong", messages } : UNCHECKED;
  } catch {
    return UNCHECKED;
  }
}

const ERROR_REGEXP =
  /^(?:error: )?(?:Type checking failed\.\s*)?(TS[0-9]+) \[ERROR\]: ([\s\S]*?)\n\s+at (file:\S+):([0-9]+):([0-9]+)$/gm;

/** The errors of `deno check`, each with its place in front. */
function typeErrors(
  text: string,
  { path, shown }: { readonly path: string; readonly shown: string },
): string[] {
  return [...text.matchAll(ERROR_REGEXP)].map(
    ([, code, body, url, line, col]) => {
      const [first] = body!.split("\n");
      const file = decodeURIComponent(new URL(url!).pathname);
      const name = file.endsWith(path) || basename(file) === basename(path)
        ? shown
        : basename(file);
      return `${name}:${line}:${col}: ${first!.trim()} (${code})`;
    },
  );
}
