import type { Place } from './ast.ts';

/** A query that does not parse or whose types do not fit, in Prometheus's words. */
export class PromqlError extends Error {
  readonly line: number;
  readonly column: number;
  /** Where the fault begins, in UTF-16 units from the query's start. */
  readonly offset: number;

  constructor(message: string, place: Pick<Place, 'line' | 'column' | 'from'>) {
    super(message);
    this.name = 'PromqlError';
    this.line = place.line;
    this.column = place.column;
    this.offset = place.from;
  }

  /** As Prometheus's API says it: `1:5: parse error: …`. */
  get text(): string {
    return `${this.line}:${this.column}: parse error: ${this.message}`;
  }
}

/** A query that parses but cannot be answered over the samples found, in Prometheus's words. */
export class PromqlEvalError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PromqlEvalError';
  }
}
