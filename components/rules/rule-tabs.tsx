'use client';

import { useWords } from '#components/words.tsx';

export const TABS = ['rule', 'tests', 'yaml', 'history'] as const;
export type Tab = (typeof TABS)[number];

/** The tabs of a rule: arrow keys go from one to the next. */
export const RuleTabs = ({
  tabs,
  tab,
  choose,
  counts,
}: {
  tabs: readonly Tab[];
  tab: Tab;
  choose: (tab: Tab) => void;
  counts: Partial<Record<Tab, number>>;
}) => {
  const t = useWords();
  const onKeyDown = (event: React.KeyboardEvent<HTMLButtonElement>): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const next = (tabs.indexOf(tab) + step + tabs.length) % tabs.length;
    choose(tabs[next] ?? tab);
    document.querySelector<HTMLElement>(`#tab-${tabs[next] ?? tab}`)?.focus();
    event.preventDefault();
  };
  return (
    <div className="tabs mb-3" role="tablist">
      {tabs.map((each) => (
        <button
          key={each}
          type="button"
          role="tab"
          id={`tab-${each}`}
          aria-controls="rule-panel"
          aria-selected={each === tab}
          tabIndex={each === tab ? 0 : -1}
          onClick={() => choose(each)}
          onKeyDown={onKeyDown}
        >
          {t(`ui.rules.tab.${each}`)}
          {counts[each] !== undefined && <span className="font-normal text-ink-3"> {counts[each]}</span>}
        </button>
      ))}
    </div>
  );
};
