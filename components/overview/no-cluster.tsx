'use client';

import { useInstant } from '#components/shell/instant.tsx';
import { Link } from '#components/shell/link.tsx';
import { useWords } from '#components/words.tsx';

/** What would stand here if a cluster were watched, and where to begin. */
export const NoCluster = () => {
  const t = useWords();
  const { isPast } = useInstant();
  if (isPast) return null;
  return (
    <div>
      <p className="lede mb-3">{t('consensus.nothing-lede')}</p>
      <Link href="/settings/targets" className="btn">
        {t('ui.watch.add')}
      </Link>
    </div>
  );
};
