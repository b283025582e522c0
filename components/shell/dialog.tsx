'use client';

import { X } from 'lucide-react';
import { Dialog } from 'radix-ui';

import { useWords } from '#components/words.tsx';

/** What covers the page: keeps the focus inside, closes with Escape, gives the focus back. */
export const Overlay = ({
  open,
  onClose,
  title,
  note,
  shape,
  children,
}: {
  open: boolean;
  onClose: () => void;
  title: string;
  note?: string;
  shape: 'drawer' | 'pop' | 'sheet';
  children: React.ReactNode;
}) => {
  const t = useWords();
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="scrim" />
        <Dialog.Content className={shape} {...(note === undefined ? { 'aria-describedby': undefined } : {})}>
          <div className="mb-1 flex items-center">
            <Dialog.Title className="text-18 font-head">{title}</Dialog.Title>
            <Dialog.Close className="btn ghost ml-auto" aria-label={t('ui.close')}>
              <X size={16} aria-hidden="true" />
            </Dialog.Close>
          </div>
          {note !== undefined && <Dialog.Description className="mb-4 text-ink-2">{note}</Dialog.Description>}
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
};
