'use client';

import { useWords } from '#components/words.tsx';
import type { TermDto } from '#lib/api/schema.ts';

/** `term 417`, `ballot 208.px-1`, in the reader's language. */
export const TermText = ({ term }: { term: TermDto }) =>
  useWords()('ui.term-text', { term: `${term.kind} ${term.text}` });
