import { respond } from '#lib/api/problem.ts';
import { readTargets } from '#lib/api/read.ts';

export const GET = () => respond(readTargets);
