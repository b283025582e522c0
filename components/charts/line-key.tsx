'use client';

import { valueText } from '#lib/format/number.ts';

import type { TimeLine } from './lines-of.ts';

/** Which line is which, and its last value. */
export const LineKey = ({ lines }: { lines: readonly TimeLine[] }) => (
  <ul className="mt-2 grid gap-x-6 text-12 [grid-template-columns:repeat(auto-fill,minmax(220px,1fr))]">
    {lines.map((line) => (
      <li key={line.name} className="flex min-w-0 items-center gap-1.5">
        <svg width="14" height="4" aria-hidden="true" className="flex-none">
          <path
            d="M0 2H14"
            stroke={line.colour}
            strokeWidth="2"
            {...(line.dashed ? { strokeDasharray: '4 2' } : {})}
          />
        </svg>
        <span className="truncate font-mono" title={line.name}>
          {line.name}
        </span>
        <b className="ml-auto">{valueText(line.values.at(-1) ?? null)}</b>
      </li>
    ))}
  </ul>
);
