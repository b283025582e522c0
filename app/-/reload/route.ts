import { live } from '#lib/api/live.ts';
import { respond } from '#lib/api/problem.ts';

export const POST = () => respond(async () => (await live()).reload());
