import { respondPrometheus } from '#lib/api/prometheus/envelope.ts';
import { rangeQuery } from '#lib/api/prometheus/query.ts';

export const GET = (request: Request) => respondPrometheus(request, () => rangeQuery(request));
export const POST = GET;
