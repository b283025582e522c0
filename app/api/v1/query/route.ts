import { respondPrometheus } from '#lib/api/prometheus/envelope.ts';
import { instantQuery } from '#lib/api/prometheus/query.ts';

export const GET = (request: Request) => respondPrometheus(() => instantQuery(request));
export const POST = GET;
