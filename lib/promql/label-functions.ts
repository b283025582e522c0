import { RE2JS } from 're2js';

import type { CallInput, SampleFunction, WholeFunction } from './call.ts';
import { PromqlEvalError } from './error.ts';
import { compareLabels, setLabel } from './label-set.ts';
import type { VectorSample } from './value.ts';
import { sortSliced } from './work.ts';

const compile = (pattern: string): RE2JS => {
  try {
    return RE2JS.compile(`^(?s:${pattern})$`);
  } catch {
    throw new PromqlEvalError(`invalid regular expression in label_replace(): ${pattern}`);
  }
};

/** `$1`, `${1}`, `$name`, `${name}` of a match and `$$`, as Go's `Expand` fills a template; an unknown group is empty. */
const expand = (template: string, groupOf: (name: string) => string): string =>
  template.replace(
    /\$(?:(\$)|(\w+)|\{(\w+)\})/g,
    (_all, dollar: string | undefined, bare: string | undefined, braced: string | undefined) =>
      dollar === undefined ? groupOf(bare ?? braced ?? '') : '$',
  );

const nameIsValid = (name: string): boolean => name !== '' && name.isWellFormed();

const labelReplace = (input: CallInput): VectorSample[] => {
  const [target = '', template = '', source = '', pattern = ''] = input.strings;
  const regex = compile(pattern);
  if (!nameIsValid(target))
    throw new PromqlEvalError(`invalid destination label name in label_replace(): ${target}`);
  const names = regex.namedGroups();
  return input.vector.map((sample) => {
    const matcher = regex.matcher(sample.labels[source] ?? '');
    if (!matcher.matches()) return sample;
    const groupOf = (name: string): string => {
      const index = /^\d+$/.test(name) ? Number(name) : (names[name] ?? -1);
      return index < 0 || index > matcher.groupCount() ? '' : (matcher.group(index) ?? '');
    };
    return { ...sample, labels: setLabel(sample.labels, target, expand(template, groupOf)) };
  });
};

const labelJoin = (input: CallInput): VectorSample[] => {
  const [target = '', separator = '', ...sources] = input.strings;
  const wrong = sources.find((name) => !nameIsValid(name));
  if (wrong !== undefined) throw new PromqlEvalError(`invalid source label name in label_join(): ${wrong}`);
  if (!nameIsValid(target))
    throw new PromqlEvalError(`invalid destination label name in label_join(): ${target}`);
  return input.vector.map((sample) => ({
    ...sample,
    labels: setLabel(sample.labels, target, sources.map((name) => sample.labels[name] ?? '').join(separator)),
  }));
};

/** Numbers inside text are compared as numbers: `n2` comes before `n10`. */
const naturalOrder = (a: string, b: string): number => {
  const left = a.match(/\d+|\D+/g) ?? [];
  const right = b.match(/\d+|\D+/g) ?? [];
  for (let i = 0; i < Math.min(left.length, right.length); i += 1) {
    const [x = '', y = ''] = [left[i], right[i]];
    const digits = /^\d/.test(x) && /^\d/.test(y);
    const order = digits ? Number(x) - Number(y) || x.length - y.length : x < y ? -1 : x > y ? 1 : 0;
    if (order !== 0) return order;
  }
  return left.length - right.length;
};

const sortByLabel =
  (direction: 1 | -1): WholeFunction =>
  (input, work) =>
    sortSliced(
      input.vector,
      (a, b) => {
        for (const name of input.strings) {
          const order = naturalOrder(a.labels[name] ?? '', b.labels[name] ?? '');
          if (order !== 0) return direction * order;
        }
        return direction * compareLabels(a.labels, b.labels);
      },
      work,
    );

/** By value, NaN last in both directions. */
export const byValue =
  (direction: 1 | -1) =>
  (a: VectorSample, b: VectorSample): number => {
    if (Number.isNaN(a.value)) return Number.isNaN(b.value) ? 0 : 1;
    if (Number.isNaN(b.value)) return -1;
    return a.value === b.value ? 0 : direction * (a.value - b.value);
  };

const sortByValue =
  (direction: 1 | -1): WholeFunction =>
  (input, work) =>
    sortSliced(input.vector, byValue(direction), work);

/** Functions that change labels. */
export const LABEL_FUNCTIONS: Readonly<Record<string, SampleFunction>> = {
  label_replace: labelReplace,
  label_join: labelJoin,
};

/** Functions that change the order of samples. */
export const SORT_FUNCTIONS: Readonly<Record<string, WholeFunction>> = {
  sort: sortByValue(1),
  sort_desc: sortByValue(-1),
  sort_by_label: sortByLabel(1),
  sort_by_label_desc: sortByLabel(-1),
};
