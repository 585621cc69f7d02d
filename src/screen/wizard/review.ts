import type { Answers } from "./answers.ts";
import { type Asker, BACK, type Option } from "./asker.ts";
import { documentOf } from "./document.ts";
import { reviewPage } from "./pages.ts";
import type { WizardDeps } from "./deps.ts";

/** How the wizard ended; Ctrl-C ends it with a `KarError` instead. */
export type WizardEnd =
  | {
    readonly kind: "fire";
    /** The config, as a file. */
    readonly text: string;
    /** The file that it was saved to; null = to none. */
    readonly savedTo: string | null;
    /** What came of the check whether the target is there. */
    readonly reached: string;
  }
  | { readonly kind: "quit"; readonly savedTo: string | null };

/** Options of the wizard's last page. */
interface Reviewed {
  readonly answers: Answers;
  readonly isSure: boolean;
  /** Whether only what is in a file can be fired. */
  readonly needsFile: boolean;
  readonly saved: SavedText | null;
}

/** What was saved last, and where. */
export interface SavedText {
  readonly path: string;
  readonly text: string;
}

type ReviewEnd =
  | WizardEnd
  | { readonly kind: "back"; readonly saved: SavedText | null };

const LOOK = "after checking that the target answers";
const FIRE = { value: "fire", label: "Fire", hint: LOOK };
/** Where the wizard only makes the file that a run in the background reads. */
const START = { value: "fire", label: "Save and start", hint: LOOK };
const MENU = [
  { value: "back", label: "Back" },
  { value: "save", label: "Save as YAML" },
  { value: "quit", label: "Quit" },
];

const DEFAULT_FILE = "kar.yaml";

/** The last page: what would be sent, and what to do with it. */
export async function review(
  asker: Asker,
  deps: WizardDeps,
  { answers, isSure, needsFile, saved: savedBefore }: Reviewed,
): Promise<ReviewEnd> {
  const text = documentOf(answers);
  let saved = savedBefore;
  let message: string | null = null;
  for (;;) {
    const fire = needsFile ? START : FIRE;
    const choice = await chosen(asker, deps, { answers, text, message, fire });
    if (choice === "quit") {
      return { kind: "quit", savedTo: saved?.path ?? null };
    }
    if (choice === BACK || choice === "back") return { kind: "back", saved };
    const isSaved = saved?.text === text;
    if (choice === "save" || (needsFile && !isSaved)) {
      const path = await save(asker, deps, text);
      if (path === null) continue;
      saved = { path, text };
      message = `Saved: kar run --config ${path} sends it`;
    }
    if (choice === "save") continue;
    const reached = await mayFire(asker, deps, { text, isSure });
    const savedTo = saved?.text === text ? saved.path : null;
    if (reached !== null) return { kind: "fire", text, savedTo, reached };
  }
}

async function chosen(
  asker: Asker,
  deps: WizardDeps,
  { answers, text, message, fire }: {
    readonly answers: Answers;
    readonly text: string;
    readonly message: string | null;
    readonly fire: Option;
  },
): Promise<string | typeof BACK> {
  const problems = deps.problems(text);
  const error = problems.find(({ severity }) => severity === "error");
  const preview = error === undefined ? deps.preview(text) : null;
  asker.page((size) =>
    reviewPage(answers, { problems, preview, size, message })
  );
  return await asker.choose({
    message: error === undefined ? "What now?" : "Not yet: something is wrong",
    initial: fire.value,
    isGrave: true,
    // What is wrong cannot be fired; a file of it can be put right.
    options: error === undefined ? [fire, ...MENU] : MENU,
  });
}

/** @returns what came of the check; null = better not */
async function mayFire(
  asker: Asker,
  deps: WizardDeps,
  { text, isSure }: { readonly text: string; readonly isSure: boolean },
): Promise<string | null> {
  const host = await asker.wait("Looking up the host…", deps.host(text));
  if (!host.isOwn && !isSure && !await meant(asker, host.name)) return null;
  const reached = await asker.wait(
    "Checking that the target answers…",
    deps.reach(text),
  );
  if (reached.isOk) return reached.text;
  const choice = await asker.choose({
    message: `The target ${reached.text}`,
    initial: "no",
    isGrave: true,
    options: [
      { value: "no", label: "Back to the review" },
      { value: "yes", label: "Fire anyway" },
    ],
  });
  return choice === "yes" ? reached.text : null;
}

/**
 * Whether a host of somebody else's is meant: traffic there is never an
 * oversight.
 */
export async function meant(asker: Asker, host: string): Promise<boolean> {
  const typed = await asker.text({
    message:
      `${host} is neither this machine nor in a private network. Type its name to fire at it`,
    initial: "",
    isGrave: true,
    complaint: (answer) =>
      answer.trim() === host ? null : `must be ${host}; Esc goes back`,
  });
  return typed !== BACK;
}

/** @returns the file; null = none was written */
async function save(
  asker: Asker,
  deps: WizardDeps,
  text: string,
): Promise<string | null> {
  const question = "Save to which file?";
  let message = question;
  let path = DEFAULT_FILE;
  for (;;) {
    const answer = await asker.text({
      message,
      initial: path,
      complaint: (path) => path.trim() === "" ? "must name a file" : null,
    });
    if (answer === BACK) return null;
    path = answer.trim();
    message = question;
    let saved = await deps.save(path, text, "new");
    if (saved.kind === "exists") {
      if (!await mayReplace(asker, path)) continue;
      saved = await deps.save(path, text, "replace");
    }
    if (saved.kind === "saved") return path;
    if (saved.kind === "refused") message = `${saved.why}. ${question}`;
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
