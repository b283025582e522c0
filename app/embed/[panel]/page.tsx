import { EmbedPanel } from '#components/embed/embed-panel.tsx';
import { readEmbedPage } from '#lib/api/embed-page.ts';

interface Props {
  readonly params: Promise<{ readonly panel: string }>;
  readonly searchParams: Promise<Readonly<Record<string, string | readonly string[] | undefined>>>;
}

export default async function EmbedRoute({ params, searchParams }: Props) {
  const { theme, ...panel } = await readEmbedPage((await params).panel, await searchParams);
  return (
    <main data-theme={theme} lang={panel.lang === 'zh' ? 'zh-CN' : 'en'}>
      <EmbedPanel {...panel} />
    </main>
  );
}
