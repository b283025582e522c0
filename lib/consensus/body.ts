import { onlyNames } from '#lib/exposition/families.ts';
import { createTextCache } from '#lib/exposition/text.ts';
import type { Labels } from '#lib/model/labels.ts';

import type { Endpoint } from './adapter.ts';
import { familiesOf, parseJson } from './rules.ts';
import type { Body, Rules } from './rules.ts';

const NO_LIMITS = { samples: 0, labels: 0, labelNameBytes: 0, labelValueBytes: 0 } as const;

const families = new WeakMap<Rules, ReadonlySet<string>>();
const namesOf = (rules: Rules): ReadonlySet<string> => {
  const names = families.get(rules) ?? familiesOf(rules);
  families.set(rules, names);
  return names;
};

/** A body as the rules read it; null when it is not what it should be. */
export const bodyOf = (parse: Endpoint['parse'], bytes: Uint8Array, rules: Rules): Body | null => {
  if (parse === 'metrics') {
    const labels: Labels[] = [];
    const cache = createTextCache({ add: (found) => labels.push(found) - 1 }, NO_LIMITS);
    const read = cache.scrape(onlyNames(bytes, namesOf(rules)));
    if (!read.ok) return null;
    const { refs, values } = read.changed;
    return {
      kind: 'metrics',
      samples: refs.map((ref, i) => ({ labels: labels[ref] ?? {}, value: values[i] ?? 0 })),
    };
  }
  try {
    return { kind: 'json', value: parseJson(new TextDecoder().decode(bytes)) };
  } catch {
    return null;
  }
};
