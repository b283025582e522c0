'use client';

import { toast } from 'sonner';

import { useWords } from '#components/words.tsx';
import { ask } from '#lib/client/http.ts';

/**
 * Brings an earlier version of a rule or of a group back as a new one, and says so.
 * @param path the address of the thing
 * @param current the version that is shown: somebody else may have been faster
 */
export const useRestore = (
  path: string,
  current: number,
  onRestored: () => void,
): ((version: number) => void) => {
  const t = useWords();
  return (version) => {
    ask('POST', `${path}/restore`, { version }, { 'if-match': `"${current}"` })
      .then(() => {
        toast(t('ui.rules.restored', { version }));
        onRestored();
      })
      .catch((cause: unknown) => toast.error(cause instanceof Error ? cause.message : String(cause)));
  };
};
