const WIDE = /[\u1100-\uffdc]/;

/** About how wide a text is drawn, so that a chart can leave out what does not fit. */
export const textWidth = (text: string, fontSize: number): number => {
  let ems = 0;
  for (const character of text) ems += WIDE.test(character) ? 1 : 0.54;
  return ems * fontSize;
};
