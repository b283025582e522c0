import type { Labels } from '#lib/model/labels.ts';
import type { Ms } from '#lib/model/time.ts';

import {
  isComparison,
  type ArithmeticOp,
  type Binary,
  type ComparisonOp,
  type SetOp,
  type VectorMatching,
} from './ast.ts';
import { PromqlEvalError } from './error.ts';
import {
  keyOf,
  METRIC_NAME,
  omitLabels,
  pickLabels,
  printLabels,
  setLabel,
  withoutName,
} from './label-set.ts';
import { power } from './math.ts';
import type { VectorSample } from './value.ts';
import type { Sliced, Work } from './work.ts';

type Vector = readonly VectorSample[];

const ARITHMETIC: Readonly<Record<ArithmeticOp, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
  '^': power,
  atan2: Math.atan2,
};

const COMPARE: Readonly<Record<ComparisonOp, (left: number, right: number) => boolean>> = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '>': (left, right) => left > right,
  '<': (left, right) => left < right,
  '>=': (left, right) => left >= right,
  '<=': (left, right) => left <= right,
};

type NumberOp = ArithmeticOp | ComparisonOp;

/** Two numbers; a comparison is 1 or 0. */
export const operateNumbers = (op: NumberOp, left: number, right: number): number =>
  isComparison(op) ? Number(COMPARE[op](left, right)) : ARITHMETIC[op](left, right);

/** What an operator makes of two numbers beside a series: null where a comparison filters it out. */
const outcome = (node: Binary, op: NumberOp, left: number, right: number, kept: number): number | null => {
  if (!isComparison(op)) return ARITHMETIC[op](left, right);
  const holds = COMPARE[op](left, right);
  return node.bool ? Number(holds) : holds ? kept : null;
};

/** Only a comparison that filters leaves the metric what it was. */
const keepsName = (node: Binary, op: NumberOp): boolean => isComparison(op) && !node.bool;

/** A vector and a number; the number stands left when `scalarFirst`. */
export function* operateScalar(
  node: Binary,
  op: NumberOp,
  vector: Vector,
  scalar: number,
  scalarFirst: boolean,
  at: Ms,
  work: Work,
): Sliced<VectorSample[]> {
  const results: VectorSample[] = [];
  for (const { labels, value } of vector) {
    if (work.touch()) yield;
    const result = scalarFirst
      ? outcome(node, op, scalar, value, value)
      : outcome(node, op, value, scalar, value);
    if (result === null) continue;
    results.push({ labels: keepsName(node, op) ? labels : withoutName(labels), at, value: result });
  }
  return results;
}

/** The labels by which the two sides find each other. */
export const matchingLabels = (matching: VectorMatching): ((labels: Labels) => Labels) => {
  const known = new WeakMap<Labels, Labels>();
  return (labels) => {
    let found = known.get(labels);
    if (found === undefined) {
      found = matching.on
        ? pickLabels(labels, matching.labels)
        : omitLabels(labels, [...matching.labels, METRIC_NAME]);
      known.set(labels, found);
    }
    return found;
  };
};

type LabelsOf = (labels: Labels) => Labels;

function* keysOf(vector: Vector, labelsOf: LabelsOf, work: Work): Sliced<Set<string>> {
  const keys = new Set<string>();
  for (const { labels } of vector) {
    if (work.touch()) yield;
    keys.add(keyOf(labelsOf(labels)));
  }
  return keys;
}

/** `and`, `or`, `unless`. */
export function* operateSets(
  op: SetOp,
  left: Vector,
  right: Vector,
  labelsOf: LabelsOf,
  at: Ms,
  work: Work,
): Sliced<VectorSample[]> {
  const isOr = op === 'or';
  const [tested, others] = isOr ? [right, left] : [left, right];
  const present = yield* keysOf(others, labelsOf, work);
  const results: VectorSample[] = isOr ? left.map((sample) => ({ ...sample, at })) : [];
  for (const sample of tested) {
    if (work.touch()) yield;
    if (present.has(keyOf(labelsOf(sample.labels))) === (op === 'and')) results.push({ ...sample, at });
  }
  return results;
}

/** The one side's samples by their matching labels. */
function* indexOneSide(
  vector: Vector,
  labelsOf: LabelsOf,
  side: 'left' | 'right',
  work: Work,
): Sliced<Map<string, VectorSample>> {
  const index = new Map<string, VectorSample>();
  for (const sample of vector) {
    if (work.touch()) yield;
    const matched = labelsOf(sample.labels);
    const key = keyOf(matched);
    const other = index.get(key);
    if (other !== undefined)
      throw new PromqlEvalError(
        `found duplicate series for the match group ${printLabels(matched)} on the ${side} hand-side of the operation: ` +
          `[${printLabels(sample.labels)}, ${printLabels(other.labels)}];` +
          'many-to-many matching not allowed: matching labels must be unique on one side',
      );
    index.set(key, sample);
  }
  return index;
}

/** The labels of a pair: what matched, or all of the many side and what is included from the other. */
const pairLabels = (node: Binary, op: NumberOp, many: Labels, one: Labels): Labels => {
  const { matching } = node;
  const base = keepsName(node, op) ? many : withoutName(many);
  if (matching.many === null)
    return matching.on ? pickLabels(base, matching.labels) : omitLabels(base, matching.labels);
  return matching.include.reduce((labels, name) => setLabel(labels, name, one[name] ?? ''), base);
};

/**
 * Two vectors, paired by labels (Prometheus documentation, "Operators": vector matching).
 * @throws PromqlEvalError where a match is not unique
 */
export function* operateVectors(
  node: Binary,
  op: NumberOp,
  left: Vector,
  right: Vector,
  labelsOf: LabelsOf,
  at: Ms,
  work: Work,
): Sliced<VectorSample[]> {
  const swapped = node.matching.many === 'right';
  const [many, one] = swapped ? [right, left] : [left, right];
  if (many.length === 0 || one.length === 0) return [];
  const index = yield* indexOneSide(one, labelsOf, swapped ? 'left' : 'right', work);
  const seen = new Set<string>();
  const result: VectorSample[] = [];
  for (const sample of many) {
    if (work.touch()) yield;
    const key = keyOf(labelsOf(sample.labels));
    const other = index.get(key);
    if (other === undefined) continue;
    const [x, y] = swapped ? [other.value, sample.value] : [sample.value, other.value];
    const value = outcome(node, op, x, y, x);
    if (value === null) continue;
    const labels = pairLabels(node, op, sample.labels, other.labels);
    refuseSecond(seen, node.matching.many === null ? key : keyOf(labels), node.matching);
    result.push({ labels, at, value });
  }
  return result;
}

const refuseSecond = (seen: Set<string>, key: string, matching: VectorMatching): void => {
  if (seen.has(key))
    throw new PromqlEvalError(
      matching.many === null
        ? 'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)'
        : 'multiple matches for labels: grouping labels must ensure unique matches',
    );
  seen.add(key);
};
