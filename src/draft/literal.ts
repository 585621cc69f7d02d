import type { Template } from "./types.ts";

/** A text that means itself, as a config file has it. */
export function literal(text: string): Template {
  return text.toWellFormed().replaceAll("${", () => "$${");
}

/** The text that a template without variables means. */
export function meant(template: Template): string {
  return template.replaceAll("$${", () => "${");
}
