import { randomUUID } from 'node:crypto';

import type { EventDraft } from '#lib/events/event.ts';
import { say } from '#lib/model/text.ts';
import type { Ms } from '#lib/model/time.ts';
import type { GroupSettings, RuleDraft } from '#lib/rules/rule.ts';
import type { StateReader, Version } from '#lib/store/state/state-store.ts';

import type { GroupEdit, RuleEdit } from './alerting-reads.ts';
import { refusal } from './book.ts';
import type { Book } from './book.ts';
import type { RuleManager } from './rule-manager.ts';
import type { StateLog } from './state-log.ts';

export interface RuleEditsOptions {
  readonly log: StateLog;
  readonly reader: () => StateReader;
  readonly manager: Pick<RuleManager, 'ruleOf' | 'regroup'>;
  readonly rules: Book<RuleDraft>;
  readonly groups: Book<GroupSettings>;
  /** Ids of ready rules, whose first version is not stored. */
  readonly readyIds: ReadonlySet<string>;
}

const event = (code: string, name: string, detail: EventDraft['detail']): EventDraft => ({
  kind: 'rule.changed',
  severity: 'info',
  cluster: null,
  node: null,
  title: say(code, { name }),
  detail: { name, ...detail },
});

/** Changes that people make to rules and to what their groups say; all of one call or none. */
export const createRuleEdits = ({ log, reader, manager, rules, groups, readyIds }: RuleEditsOptions) => {
  /** Refuses what may not be edited here. */
  const assertEditable = ({ id, change }: RuleEdit): void => {
    if (id === null || change === 'restored') return;
    const rule = manager.ruleOf(id);
    if (rule === undefined) throw refusal('not-found', `no rule has the id "${id}"`);
    const isSwitch = change === 'enabled' || change === 'disabled';
    if (rule.source === 'file')
      throw refusal('read-only', `rule ${rule.name} stands in ${rule.file ?? 'a file'}; change it there`);
    if (rule.source === 'ready' && !isSwitch)
      throw refusal(
        'read-only',
        `rule ${rule.name} is a ready rule; it can be switched off, or copied and edited`,
      );
  };

  /** Settings that nobody has set are at version 0: to expect that is to expect none. */
  const writeGroup = (
    { name, change, settings, expected, actor }: GroupEdit,
    at: Ms,
  ): Version<GroupSettings> => {
    const isNew = groups.get(name) === undefined;
    const seen = isNew && expected === 0 ? null : expected;
    return groups.write(
      { id: name, change: isNew ? 'created' : change, draft: settings, expected: seen, actor },
      0,
      at,
    );
  };

  /** @returns the rules' ids, in the order of their edits */
  return async (ruleEdits: readonly RuleEdit[], groupEdits: readonly GroupEdit[]): Promise<string[]> => {
    ruleEdits.forEach(assertEditable);
    const ids = ruleEdits.map(({ id }) => id ?? `ui-${randomUUID().slice(0, 8)}`);
    const histories = await Promise.all(ids.map((id) => reader().ruleVersions(id)));
    await log.apply((at, make) => {
      const ruleGroups = groupEdits.map((edit) => writeGroup(edit, at));
      const versions = ruleEdits.map((edit, index) => {
        const id = ids[index] ?? '';
        const before = histories[index]?.[0]?.version ?? (readyIds.has(id) ? 1 : 0);
        return rules.write({ ...edit, id }, before, at);
      });
      const events = [
        ...groupEdits.map(({ name, change, actor }) =>
          make(event(`rule.group-${change}`, name, { group: name, change }), actor),
        ),
        ...versions.map(({ id, change, draft, actor }) =>
          make(event(`rule.${change}`, draft.name, { id, change }), actor),
        ),
      ];
      return { change: { rules: versions, ruleGroups, events }, result: undefined };
    });
    await manager.regroup();
    return ids;
  };
};
