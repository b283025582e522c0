'use client';

import { useWords } from '#components/words.tsx';
import type { UiCode } from '#components/words.tsx';
import type { ClusterDto } from '#lib/api/schema.ts';

const UNITS: Readonly<Record<string, UiCode>> = {
  'members disagree': 'ui.unit.members-disagree',
  'failures to spare': 'ui.unit.failures-to-spare',
  members: 'ui.unit.members',
  ms: 'ui.unit.ms',
  entries: 'ui.unit.entries',
};

/** The four things that are asked of a distributed system, each as one number and one sentence. */
export const Headings = ({ cluster }: { cluster: ClusterDto }) => {
  const t = useWords();
  const { consistency, faultTolerance, scalability, performance } = cluster.headings;
  return (
    <section className="mt-2 mb-6 grid grid-cols-2 border-t border-line-2 lg:grid-cols-4">
      {(
        [
          ['ui.consistency', consistency],
          ['ui.fault-tolerance', faultTolerance],
          ['ui.scalability', scalability],
          ['ui.performance', performance],
        ] as const
      ).map(([code, heading]) => {
        const unit = UNITS[heading.unit];
        return (
          <div
            key={code}
            className="border-line py-2.5 pr-4 lg:border-l lg:pl-4 lg:first:border-l-0 lg:first:pl-0"
          >
            <span className="note">{t(code)}</span>
            <p className="flex items-baseline gap-1.5">
              <b className="text-18 font-head">
                {heading.value === null ? '?' : Math.round(heading.value * 10) / 10}
              </b>
              <span className="text-ink-2">{unit === undefined ? heading.unit : t(unit)}</span>
            </p>
            <p className="text-12 text-ink-2">{heading.sentence.text}</p>
          </div>
        );
      })}
    </section>
  );
};
