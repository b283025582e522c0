import type { EmbedPanelName } from '#lib/api/schema-embed.ts';

/** What the dialog starts from: the panel beside its button, and of what. */
export interface EmbedSubject {
  readonly panel: EmbedPanelName;
  readonly cluster?: string | null;
  readonly node?: string | null;
  readonly query?: string | null;
}
