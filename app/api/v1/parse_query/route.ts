import { respondPrometheus } from '#lib/api/prometheus/envelope.ts';
import { parseQuery } from '#lib/api/prometheus/query.ts';

export const GET = (request: Request) => respondPrometheus(() => parseQuery(request));
export const POST = GET;
