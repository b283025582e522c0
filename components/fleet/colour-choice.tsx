'use client';

import { useWords } from '#components/words.tsx';
import type { Fleet } from '#lib/topology/fleet.ts';
import { COLOURINGS } from '#lib/topology/look.ts';
import type { Colouring } from '#lib/topology/look.ts';

/** What the address says of colours; by φ unless it says so. */
export const colouringIn = (params: URLSearchParams): Colouring =>
  COLOURINGS.find((each) => each === params.get('colour')) ?? 'phi';

/** Chooses what colours mean. */
export const ColourChoice = ({
  kind,
  colouring,
  onChoose,
}: {
  kind: Fleet['kind'];
  colouring: Colouring;
  onChoose: (colouring: Colouring) => void;
}) => {
  const t = useWords();
  return (
    <div className="seg" role="group" aria-label={t('fleet.colour')}>
      {COLOURINGS.map((each) => (
        <button
          key={each}
          type="button"
          aria-pressed={each === colouring}
          onClick={() => onChoose(each)}
          className="max-[720px]:min-h-11"
        >
          {t(`fleet.colour.${each === 'place' ? kind : each}`)}
        </button>
      ))}
    </div>
  );
};
