'use client';

import { useParams } from 'next/navigation';

import { Link } from '#components/shell/link.tsx';
import { usePicture } from '#components/shell/live.tsx';
import { useWords } from '#components/words.tsx';

/** The address names a cluster that is not watched: which ones are. */
export const UnknownCluster = () => {
  const t = useWords();
  const { cluster } = useParams<{ cluster: string }>();
  const { clusters } = usePicture();
  return (
    <div role="alert">
      <h1 className="verdict mb-2">
        {t('consensus.unknown-cluster', { name: decodeURIComponent(cluster) })}
      </h1>
      {clusters.length === 0 ? (
        <Link href="/" className="btn">
          {t('ui.to-overview')}
        </Link>
      ) : (
        <>
          <p className="lede mb-3">{t('consensus.known')}</p>
          <ul className="flex flex-wrap gap-2">
            {clusters.map((each) => (
              <li key={each.id}>
                <Link href={`/clusters/${encodeURIComponent(each.id)}`} className="btn">
                  {each.name}
                </Link>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
};
