import type { Template } from "./types.ts";

/** A text that means itself, as a config file has it: `${` and `{{` are written so that they stay. */
export function literal(text: string): Template {
  return text.toWellFormed()
    .replaceAll("${", () => "$${")
    .replaceAll("{{", "{{{{");
}

/** The text that a template without variables and fields means. */
export function meant(template: Template): string {
  return template.replaceAll("{{{{", "{{").replaceAll("$${", () => "${");
}

/** Whether a template has a field, which each request draws anew. */
export function hasFields(template: Template): boolean {
  return template.replaceAll("{{{{", "").includes("{{");
}
