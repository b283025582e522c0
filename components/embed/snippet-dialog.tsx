'use client';

import { Code } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useState } from 'react';

import { useWords } from '#components/words.tsx';

import type { EmbedSubject } from './subject.ts';

const SnippetForm = dynamic(() => import('./snippet-form.tsx'), { ssr: false });

/** Opens the dialog that makes the HTML for showing this panel in another page. */
export const EmbedButton = (subject: EmbedSubject) => {
  const t = useWords();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <button type="button" className="btn ghost" onClick={() => setIsOpen(true)}>
        <Code size={14} strokeWidth={1.5} aria-hidden="true" />
        {t('embed.button')}
      </button>
      {isOpen && <SnippetForm subject={subject} onClose={() => setIsOpen(false)} />}
    </>
  );
};
