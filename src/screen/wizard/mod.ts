/**
 * The wizard of `kar start`: four pages of questions that end in a config.
 *
 * ```
 *  QUESTIONS ─▶ Asker ─▶ Answers ─▶ documentOf ─▶ YAML ─▶ WizardDeps.problems
 *                 ▲                                          │
 *                 └──────────── why an answer is wrong ◀─────┘
 * ```
 *
 * Every answer is judged by the parser that reads config files, on the very
 * text that is saved and fired: there is no second set of rules. The wizard
 * itself sends nothing and touches no file; `WizardDeps` does, when it is asked.
 *
 * @module
 */
export { type Answers, DEFAULT_ANSWERS } from "./answers.ts";
export { type Asker, BACK } from "./asker.ts";
export { documentOf } from "./document.ts";
export { openAsker } from "./terminal_asker.ts";
export { meant, type WizardEnd } from "./review.ts";
export { runWizard } from "./wizard.ts";
export type { Host, Preview, Reached, Saved, WizardDeps } from "./deps.ts";
