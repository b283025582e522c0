'use client';

import { useWords } from '#components/words.tsx';
import type { UiCode } from '#components/words.tsx';

/** What stands over a column, and how: `num` is right-aligned, `wide` is left out on a telephone. */
type Column = UiCode | readonly [code: UiCode, className: string];

/** One row of column heads. */
export const TableHead = ({ columns }: { columns: readonly Column[] }) => {
  const t = useWords();
  return (
    <thead>
      <tr>
        {columns.map((column) => {
          const [code, className] = typeof column === 'string' ? [column, undefined] : column;
          return (
            <th key={code} scope="col" className={className}>
              {t(code)}
            </th>
          );
        })}
      </tr>
    </thead>
  );
};
