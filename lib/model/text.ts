/** A value put into a sentence. Instants are ISO 8601 text, numbers are raw: the reader's language formats them. */
export type TextParam = string | number | boolean | null;

/** A sentence before it has a language: the code of its message and what goes into it. Never stored as prose. */
export interface Text {
  readonly code: string;
  readonly params: Readonly<Record<string, TextParam>>;
}

/** Makes a sentence from a message code. */
export const say = (code: string, params: Readonly<Record<string, TextParam>> = {}): Text => ({
  code,
  params,
});
