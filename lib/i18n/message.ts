import type { Lang } from './lang.ts';

type Wording = Readonly<Record<Lang, string>>;

/** A message in both languages, and how it is told of a past instant where that differs. Placeholders are `{name}`, `{name|one|many}` picks a word by number; how a value is written follows from the end of its name. */
export type Message = Wording & { readonly past?: Wording };
export type Messages = Readonly<Record<string, Message>>;
