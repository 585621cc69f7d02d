import type { Pty } from "./pty.ts";

/** The wizard's questions and its menu, as they stand with what is proposed. */
export const QUESTIONS = [
  /Target URL:/,
  /◆ {2}Protocol/,
  /◆ {2}HTTP method/,
  /◆ {2}Do requests differ/,
  /◆ {2}Headers/,
  /◆ {2}Base TPS/,
  /◆ {2}Max TPS/,
  /◆ {2}Spikes/,
  /◆ {2}Spike factor/,
  /◆ {2}Noise/,
  /◆ {2}Schedule/,
  /○ Quit/,
];
/** Where each page begins. */
const FIRST = [0, 5, 7, 11];

/** Accepts what stands there, from the question that is shown up to a page. */
export async function acceptUntil(
  pty: Pty,
  page: 1 | 2 | 3 | 4,
  options: { readonly from?: number } = {},
): Promise<void> {
  await acceptAll(pty, { to: FIRST[page - 1]!, ...options });
}

/** Accepts what stands there, from one question to another. */
export async function acceptAll(
  pty: Pty,
  { from = 0, to }: { readonly from?: number; readonly to: number },
): Promise<void> {
  for (const question of QUESTIONS.slice(from, to)) {
    await pty.shows(question);
    await pty.press("Enter");
  }
  await pty.shows(QUESTIONS[to]!);
}

/** The same after an answer to the first question. */
export async function acceptWithUrl(pty: Pty, url: string): Promise<void> {
  await pty.shows(QUESTIONS[0]!);
  await pty.answer(url);
  await acceptUntil(pty, 4, { from: 1 });
}
