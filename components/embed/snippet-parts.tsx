'use client';

import { Copy } from 'lucide-react';
import { useId, useState } from 'react';

import { Glyph } from '#components/marks/glyphs.tsx';
import { useWords } from '#components/words.tsx';

export const Choice = ({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string;
  options: readonly (readonly [value: string, text: string])[];
  onChange: (value: string) => void;
}) => {
  const id = useId();
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="note block">
        {label}
      </label>
      <select
        id={id}
        className="select w-full"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      >
        {options.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
};

/** A text that counts once it is finished: with Enter or when the field is left. */
export const Typed = ({
  label,
  value,
  onCommit,
}: {
  label: string;
  value: string;
  onCommit: (value: string) => void;
}) => {
  const id = useId();
  const [text, setText] = useState(value);
  return (
    <div className="col-span-2 min-w-0">
      <label htmlFor={id} className="note block">
        {label}
      </label>
      <input
        id={id}
        className="select w-full font-mono"
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => onCommit(text)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onCommit(text);
        }}
      />
    </div>
  );
};

/** The HTML to paste. */
export const Snippet = ({ html }: { html: string }) => {
  const t = useWords();
  const [copied, setCopied] = useState<string | null>(null);
  return (
    <section aria-label={t('embed.snippet')}>
      <div className="mb-2 flex items-center">
        <h3 className="font-head">{t('embed.snippet')}</h3>
        <button
          type="button"
          className="btn primary ml-auto"
          onClick={() => void navigator.clipboard.writeText(html).then(() => setCopied(html))}
        >
          <Copy size={14} strokeWidth={1.5} aria-hidden="true" />
          <span aria-live="polite">{t(copied === html ? 'ui.copied' : 'ui.copy')}</span>
        </button>
      </div>
      <pre className="well" data-testid="snippet">
        {html}
      </pre>
    </section>
  );
};

const EXAMPLE = 'embed: { allowed_origins: ["https://wiki.example.com"] }';

/** What a page elsewhere needs before it may show a panel. */
export const WhoMayFrame = ({ origins }: { origins: readonly string[] }) => {
  const t = useWords();
  return (
    <section aria-label={t('embed.frames')} data-testid="origins">
      <h3 className="mb-1 font-head">{t('embed.frames')}</h3>
      <p className="st mb-2 whitespace-normal font-normal text-ink-2">
        <Glyph name={origins.length === 0 ? 'suspect' : 'up'} />
        {t(origins.length === 0 ? 'embed.frames-none' : 'embed.frames-some')}
      </p>
      <pre className="well">{origins.length === 0 ? EXAMPLE : origins.join('\n')}</pre>
    </section>
  );
};
