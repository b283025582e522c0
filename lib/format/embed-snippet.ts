/** What a page elsewhere shows: a panel, of what, and how. Null and empty options stay out of the address. */
export interface EmbedChoice {
  readonly panel: string;
  readonly cluster: string | null;
  readonly node: string | null;
  readonly query: string | null;
  readonly theme: 'light' | 'dark' | 'auto';
  /** Null: as the reader's browser says. */
  readonly lang: string | null;
  readonly range: string;
  readonly refresh: string;
  /** A past instant as the API takes it; null: now. */
  readonly at: string | null;
}

/** The query of a panel's address, the same for its page and its data. */
export const embedQuery = ({ panel: _panel, ...options }: EmbedChoice): string => {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(options))
    if (value !== null && value !== '') query.set(name, value);
  return query.toString();
};

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/**
 * The HTML that shows a panel inside another page.
 * @param base where Quorate answers, without a slash at the end
 */
export const embedHtml = (
  base: string,
  choice: EmbedChoice,
  { width, height, title }: { readonly width: string; readonly height: string; readonly title: string },
): string => {
  const address = `${base}/embed/${encodeURIComponent(choice.panel)}?${embedQuery(choice)}`;
  return `<iframe src="${escaped(address)}"
  width="${escaped(width)}" height="${escaped(height)}" style="border:0" loading="lazy"
  title="${escaped(title)}"></iframe>`;
};
