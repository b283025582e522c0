export const LANGS = ['en', 'zh'] as const;
export type Lang = (typeof LANGS)[number];

/** Whether a sentence is told of now or of a past instant. */
export type Tense = 'present' | 'past';
