import { formatFloat } from './number-format.ts';

/**
 * A value of a template. Go's kinds by JavaScript's: an integer is a bigint, a float64 a number, nil is null. An error in mixing
 * them is the same error as in Go.
 */
export type Value =
  | null
  | boolean
  | string
  | bigint
  | number
  | MapValue
  | StructValue
  | ListValue
  | TimeValue;

export interface MapValue {
  readonly kind: 'map';
  readonly type: string;
  readonly entries: ReadonlyMap<string, Value>;
  /** What a key gives that is not there. */
  readonly zero: Value;
}

export interface StructValue {
  readonly kind: 'struct';
  readonly type: string;
  readonly fields: ReadonlyMap<string, Value>;
}

export interface ListValue {
  readonly kind: 'list';
  readonly type: string;
  readonly items: readonly Value[];
}

export interface TimeValue {
  readonly kind: 'time';
  readonly unixMs: number;
}

export const stringMap = (entries: Readonly<Record<string, string>>): MapValue => ({
  kind: 'map',
  type: 'map[string]string',
  entries: new Map(Object.entries(entries)),
  zero: '',
});

/** The name of a value's type in Go, for errors and `%T`. */
export const typeName = (value: Value): string => {
  if (value === null) return '<nil>';
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'string':
      return 'string';
    case 'bigint':
      return 'int';
    case 'number':
      return 'float64';
    default:
      return value.kind === 'time' ? '*time.Time' : value.type;
  }
};

/** What `if`, `with`, `and`, `or` and `not` take for true: everything but the zero of its kind and what is empty. */
export const isTrue = (value: Value): boolean => {
  if (value === null || value === false || value === '') return false;
  if (typeof value === 'number') return value !== 0;
  if (typeof value === 'bigint') return value !== 0n;
  if (typeof value !== 'object') return true;
  if (value.kind === 'map') return value.entries.size > 0;
  return value.kind === 'list' ? value.items.length > 0 : true;
};

const timeText = (unixMs: number): string => {
  const [date = '', clock = ''] = new Date(unixMs).toISOString().replace('Z', '').split('T');
  const [seconds = '', fraction = ''] = clock.split('.');
  const kept = fraction.replace(/0+$/, '');
  return `${date} ${seconds}${kept === '' ? '' : `.${kept}`} +0000 UTC`;
};

/** The keys of a map in the order in which they are ranged over and printed. */
export const sortedEntries = (map: MapValue): (readonly [string, Value])[] =>
  [...map.entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

/** Characters that one value may be written with: values can hold each other many times over. */
const MAX_CHARACTERS = 1 << 20;

class Writer {
  private text = '';

  write(value: Value): string {
    this.put(value);
    return this.text;
  }

  private put(value: Value): void {
    if (value === null) this.add('<nil>');
    else if (typeof value === 'number') this.add(formatFloat(value, 'g', null));
    else if (typeof value !== 'object') this.add(String(value));
    else if (value.kind === 'time') this.add(timeText(value.unixMs));
    else if (value.kind === 'list') this.list('[', value.items, ']');
    else if (value.kind === 'struct') this.list('{', [...value.fields.values()], '}');
    else this.map(value);
  }

  private list(open: string, items: readonly Value[], close: string): void {
    this.add(open);
    items.forEach((item, index) => {
      if (index > 0) this.add(' ');
      this.put(item);
    });
    this.add(close);
  }

  private map(value: MapValue): void {
    this.add('map[');
    sortedEntries(value).forEach(([key, entry], index) => {
      this.add(`${index > 0 ? ' ' : ''}${key}:`);
      this.put(entry);
    });
    this.add(']');
  }

  private add(text: string): void {
    this.text += text;
    if (this.text.length > MAX_CHARACTERS)
      throw new Error(`a value takes more than ${MAX_CHARACTERS} characters`);
  }
}

/** A value as Go's `%v` writes it. @throws Error when that is beyond measure */
export const valueText = (value: Value): string => new Writer().write(value);
