'use client';

import type { Route } from 'next';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';

import { useWords } from '#components/words.tsx';
import type { Ms } from '#lib/model/time.ts';

const SPANS = { '15m': 900_000, '1h': 3_600_000, '6h': 21_600_000, '24h': 86_400_000, '7d': 604_800_000 };
export type RangeName = keyof typeof SPANS;

/** The span that a page's charts show; it stands in the address as `span`; `range` is the time field's. */
export const useRange = <N extends RangeName>(names: readonly [N, ...N[]]): { name: N; spanMs: Ms } => {
  const wanted = useSearchParams().get('span');
  const name = names.find((each) => each === wanted) ?? names[0];
  return { name, spanMs: SPANS[name] };
};

export const RangePicker = ({ names, chosen }: { names: readonly RangeName[]; chosen: RangeName }) => {
  const t = useWords();
  const router = useRouter();
  const path = usePathname();
  const params = useSearchParams();
  const choose = (name: RangeName): void => {
    const next = new URLSearchParams(params);
    next.set('span', name);
    router.replace(`${path}?${next.toString()}` as Route, { scroll: false });
  };
  return (
    <div className="seg" role="group" aria-label={t('range.label')}>
      {names.map((name) => (
        <button key={name} type="button" aria-pressed={name === chosen} onClick={() => choose(name)}>
          {t(`range.${name}`)}
        </button>
      ))}
    </div>
  );
};
