import type { Answers } from "./answers.ts";
import { type Asker, BACK } from "./asker.ts";
import { documentOf } from "./document.ts";
import { reviewPage } from "./pages.ts";
import type { World } from "./world.ts";

/** How the wizard ended; Ctrl-C ends it with a `KarError` instead. */
export type WizardEnd =
  | {
    readonly kind: "fire";
    /** The config, as a file. */
    readonly text: string;
    /** What came of the check whether the target is there. */
    readonly reached: string;
  }
  | { readonly kind: "quit"; readonly savedTo: string | null };

/** What the wizard's last page needs. */
interface Reviewed {
  readonly answers: Answers;
  readonly isSure: boolean;
  /** Where the answers were saved before. */
  readonly savedTo: string | null;
}

type ReviewEnd =
  | WizardEnd
  | { readonly kind: "back"; readonly savedTo: string | null };

const MENU = [
  {
    value: "fire",
    label: "Fire",
    hint: "checks first that the target is there",
  },
  { value: "back", label: "Back" },
  { value: "save", label: "Save as YAML" },
  { value: "quit", label: "Quit" },
] as const;

const DEFAULT_FILE = "kar.yaml";

/** The last page: what would be sent, and what to do with it. */
export async function review(
  asker: Asker,
  world: World,
  { answers, isSure, savedTo: savedBefore }: Reviewed,
): Promise<ReviewEnd> {
  const text = documentOf(answers);
  const problems = world.problems(text);
  const error = problems.find(({ severity }) => severity === "error");
  let savedTo = savedBefore;
  let message: string | null = null;
  let initial = "fire";
  for (;;) {
    asker.page(reviewPage(answers, {
      problems,
      preview: error === undefined ? world.preview(text) : null,
      size: asker.size(),
      message,
    }));
    const choice = await asker.choose({
      message: error?.message ?? "Ready",
      initial,
      options: error === undefined ? MENU : MENU.slice(1),
    });
    switch (choice) {
      case "fire": {
        const reached = await mayFire(asker, world, { text, isSure });
        if (reached !== null) return { kind: "fire", text, reached };
        break;
      }
      case "save": {
        const path = await save(asker, world, text);
        if (path === null) break;
        savedTo = path;
        message = `Saved: kar run --config ${path} sends it`;
        initial = "quit";
        break;
      }
      case "quit":
        return { kind: "quit", savedTo };
      default:
        return { kind: "back", savedTo };
    }
  }
}

/** @returns what came of the check; null = better not */
async function mayFire(
  asker: Asker,
  world: World,
  { text, isSure }: { readonly text: string; readonly isSure: boolean },
): Promise<string | null> {
  const host = await asker.wait(world.host(text));
  if (!host.isOwn && !isSure && !await meant(asker, host.name)) return null;
  asker.page([["   Asking whether the target is there…"]]);
  const reached = await asker.wait(world.reach(text));
  if (reached.isOk) return reached.text;
  const choice = await asker.choose({
    message: `The target ${reached.text}`,
    initial: "no",
    options: [
      { value: "no", label: "Back to the review" },
      { value: "yes", label: "Fire anyway" },
    ],
  });
  return choice === "yes" ? reached.text : null;
}

/** Traffic at somebody else's machine is never an oversight. */
async function meant(asker: Asker, host: string): Promise<boolean> {
  const typed = await asker.text({
    message:
      `${host} is neither this machine nor in a private network. Type its name to fire at it`,
    initial: "",
    complaint: (answer) =>
      answer.trim() === host ? null : `must be ${host}; Esc goes back`,
  });
  return typed !== BACK;
}

/** @returns the file; null = none was written */
async function save(
  asker: Asker,
  world: World,
  text: string,
): Promise<string | null> {
  let message = "Save to which file?";
  let path = DEFAULT_FILE;
  for (;;) {
    const answer = await asker.text({
      message,
      initial: path,
      complaint: (path) => path.trim() === "" ? "must name a file" : null,
    });
    if (answer === BACK) return null;
    path = answer.trim();
    let saved = await world.save(path, text, "new");
    if (saved.kind === "exists") {
      if (!await mayReplace(asker, path)) continue;
      saved = await world.save(path, text, "replace");
    }
    if (saved.kind === "saved") return path;
    if (saved.kind === "refused") message = `${saved.why}. Save to which file?`;
  }
}

async function mayReplace(asker: Asker, path: string): Promise<boolean> {
  return await asker.choose({
    message: `${path} is there already`,
    initial: "no",
    options: [
      { value: "no", label: "Choose another file" },
      { value: "yes", label: "Replace it" },
    ],
  }) === "yes";
}
