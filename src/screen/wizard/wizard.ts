import { type Answers, DEFAULT_ANSWERS, hasRows, isVaried } from "./answers.ts";
import { type Asker, BACK, type TextQuestion } from "./asker.ts";
import { documentOf, rowsDocumentOf } from "./document.ts";
import { questionPage } from "./pages.ts";
import { type Question, QUESTIONS } from "./questions.ts";
import { review, type SavedText, type WizardEnd } from "./review.ts";
import type { ConfigProblem, WizardDeps } from "./deps.ts";

/** Fields that need no file; docs/data.md has all. */
const DRAWN = ["uuid", "int 1 100", "pick red green", "now"];

/** What a wizard starts with. */
export interface WizardOptions {
  readonly answers?: Answers;
  /** Whether public hosts need no confirmation. */
  readonly isSure: boolean;
  /** Whether only what is in a file can be fired. */
  readonly needsFile: boolean;
}

/**
 * Asks until the user fires or quits.
 *
 * @throws {KarError} `cancelled` after Ctrl-C
 */
export async function runWizard(
  asker: Asker,
  deps: WizardDeps,
  { answers = DEFAULT_ANSWERS, ...options }: WizardOptions,
): Promise<WizardEnd> {
  let given = answers;
  let saved: SavedText | null = null;
  for (let at = 0;;) {
    const question = QUESTIONS[at];
    if (question === undefined) {
      const end = await review(asker, deps, {
        ...options,
        answers: given,
        saved,
      });
      if (end.kind !== "back") return end;
      saved = end.saved;
      at = before(at, given);
      continue;
    }
    const asking = { asker, deps, answers: given };
    const { answer, draft } = await ask(question, asking);
    if (answer === BACK) {
      given = { ...given, [question.key]: draft };
      at = before(at, given);
    } else {
      given = { ...given, [question.key]: answer };
      given = question.settle?.(given) ?? given;
      at = after(at, given);
    }
  }
}

interface Asking {
  readonly asker: Asker;
  readonly deps: WizardDeps;
  readonly answers: Answers;
}

/** The answer, and what stood there when Esc left the question: it is kept, and judged when it is given. */
async function ask(
  question: Question,
  { asker, deps, answers }: Asking,
): Promise<{ answer: string | typeof BACK; draft: string }> {
  const { key, message, options, example } = question;
  const answered = QUESTIONS.slice(0, QUESTIONS.indexOf(question))
    .filter((before) => isAsked(before, answers));
  const fields = fieldsOf(answers, deps);
  asker.page((size) =>
    questionPage(question, { answered, answers, fields, size })
  );
  let draft = answers[key];
  const common = {
    message: typeof message === "string" ? message : message(answers),
    initial: answers[key],
  };
  if (options !== undefined) {
    return { answer: await asker.choose({ ...common, options }), draft };
  }
  const asked: TextQuestion = {
    ...common,
    ...(example !== undefined && { example }),
    left: (typed) => draft = typed,
    complaint: (answer) =>
      complaintAbout(question, { ...answers, [key]: answer }, deps),
  };
  const answer = question.isRead
    ? await askFile(asked, asker, deps)
    : await asker.text(asked);
  return { answer, draft };
}

/** Asks for a file of rows until one can be read. */
async function askFile(
  question: TextQuestion,
  asker: Asker,
  deps: WizardDeps,
): Promise<string | typeof BACK> {
  let { message, initial } = question;
  for (;;) {
    const answer = await asker.text({ ...question, message, initial });
    if (answer === BACK) return BACK;
    const file = answer.trim();
    const reading = deps.readRows(rowsDocumentOf(file));
    const why = await asker.wait(`Reading ${file}…`, reading);
    if (why === null) return file;
    initial = file;
    message = `${why}. ${question.message}`;
  }
}

/** What texts of the request may have between braces, as far as it was told that they do. */
function fieldsOf(answers: Answers, deps: WizardDeps): readonly string[] {
  if (!isVaried(answers)) return [];
  const rows = hasRows(answers) ? deps.rowFields() : [];
  return [...rows, ...DRAWN].map((field) => `{{${field}}}`);
}

/** Why an answer is wrong: in the wizard's notation, or in the config's own words. */
function complaintAbout(
  { key, paths, complaint }: Question,
  answers: Answers,
  deps: WizardDeps,
): string | null {
  const own = complaint?.(answers[key], answers) ?? null;
  if (own !== null) return own;
  const found = deps.problems(documentOf(answers)).find((problem) =>
    problem.severity === "error" && isUnder(problem, paths)
  );
  return found?.message ?? null;
}

function isUnder({ path }: ConfigProblem, paths: readonly string[]): boolean {
  return paths.some((above) => path === above || path.startsWith(`${above}.`));
}

function isAsked({ isAsked }: Question, answers: Answers): boolean {
  return isAsked === undefined || isAsked(answers);
}

function after(at: number, answers: Answers): number {
  let next = at + 1;
  while (QUESTIONS[next] && !isAsked(QUESTIONS[next]!, answers)) next++;
  return next;
}

/** The question before; before the first there is none, so it is asked again. */
function before(at: number, answers: Answers): number {
  let next = at - 1;
  while (next > 0 && !isAsked(QUESTIONS[next]!, answers)) next--;
  return Math.max(0, next);
}
