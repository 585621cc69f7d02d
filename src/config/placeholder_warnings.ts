import { excerpt } from "../base/mod.ts";
import { type Path, type ScalarNode, scalarsOf } from "./source/mod.ts";
import { isSentText } from "./schema/mod.ts";
import type { Subject, Warning } from "./traffic_warnings.ts";

/** What most load generators put a value in the place of; longer ones are text. */
const PLACEHOLDER_REGEXP = /\{\{[^]{0,200}?\}\}/;
const SHOWN_CHARS = 40;

/** Texts that go out as they stand, though they look as if they would not. */
export function placeholders({ root }: Subject): Warning[] {
  return [...scalarsOf(root)].flatMap(([path, scalar]) => {
    const found = isSentText(path) ? placeholderOf(path, scalar) : null;
    return found === null ? [] : [{
      path,
      message: `${found} is sent as it stands: there are no fields here`,
    }];
  });
}

/** What to call it; null = there is none. A variable's value is not shown. */
function placeholderOf(
  path: Path,
  { value, template }: ScalarNode,
): string | null {
  const written = PLACEHOLDER_REGEXP.exec(template ?? String(value)) ??
    PLACEHOLDER_REGEXP.exec(String(path.at(-1)));
  if (written !== null) return excerpt(written[0], SHOWN_CHARS);
  return PLACEHOLDER_REGEXP.test(String(value)) ? "{{…}} in a variable" : null;
}
