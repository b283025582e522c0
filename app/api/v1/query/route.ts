import { respondPrometheus } from '#lib/api/prometheus/envelope.ts';
import { instantQuery } from '#lib/api/prometheus/query.ts';

export const GET = (request: Request) => respondPrometheus(request, () => instantQuery(request));
export const POST = GET;
