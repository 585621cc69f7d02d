const known = new Map<string, string>();

/**
 * A colour of the style sheet, which rules light and dark. It is asked for at
 * each drawing, and looked up once a theme: looking up makes the browser lay
 * out the page.
 */
export function color(variable: string): string {
  let value = known.get(variable);
  if (value === undefined) {
    value = getComputedStyle(document.documentElement)
      .getPropertyValue(variable).trim();
    known.set(variable, value);
  }
  return value;
}

/** The colour of a phase; null where nothing is to be marked. */
export function phaseColor(phase: string): string | null {
  return PHASE_COLORS[phase] ?? null;
}

const PHASE_COLORS: Readonly<Record<string, string>> = {
  manual: "--manual",
  ramp: "--ramp",
  spike: "--spike",
  recovery: "--recovery",
  retry: "--retry",
  reconnect: "--reconnect",
  flash: "--flash",
  push: "--push",
  cron: "--cron",
  crawler: "--crawler",
};

/** Colours of things that have no colour of their own, told apart by colour-blind people too. */
export const SET = [
  "--set1",
  "--set2",
  "--set3",
  "--set4",
  "--set5",
  "--set6",
  "--set7",
] as const;

/** Calls `task` whenever the system changes between light and dark. */
export function onTheme(task: () => void): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    known.clear();
    task();
  });
}
