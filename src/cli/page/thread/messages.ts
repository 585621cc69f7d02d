import type { PageHead, PageWindow } from "../../../page/mod.ts";

/** Where a page comes from. */
export interface PageThreadFile {
  /** The record that is written. */
  readonly path: string;
  /** Whether the page may ask for changes, with a token. */
  readonly control: boolean;
}

/** What the thread of a page is told. All but `open` and `head` are answered, in their order. */
export type ToPage =
  | { readonly kind: "open"; readonly file: PageThreadFile }
  /** What there is to say besides the columns. */
  | { readonly kind: "head"; readonly head: PageHead }
  | { readonly kind: "all" }
  | { readonly kind: "news" }
  | { readonly kind: "detail"; readonly window: PageWindow };

/** What it answers. */
export type FromPage =
  /** Null = there is nothing to see. */
  | { readonly kind: "text"; readonly text: string | null }
  | { readonly kind: "failed"; readonly why: string };
