import type { Labels } from '#lib/model/labels.ts';

/** Sets labels over others; an empty value takes the label away, as in Prometheus's label builder. */
export const overlay = (labels: Labels, over: Labels): Labels => {
  const merged = new Map(Object.entries(labels));
  for (const [name, value] of Object.entries(over))
    if (value === '') merged.delete(name);
    else merged.set(name, value);
  return Object.fromEntries(merged);
};

/** A label set without the metric's name. */
export const withoutName = (labels: Labels): Labels => overlay(labels, { __name__: '' });
