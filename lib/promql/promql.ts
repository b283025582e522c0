/** PromQL: reading, checking, answering and printing queries. */
export { PromqlError, PromqlEvalError } from './error.ts';
export { parsePromql } from './parse.ts';
export { printExpr } from './print.ts';
export { evalInstant, evalRange, instantQuery, rangeQuery } from './query.ts';
