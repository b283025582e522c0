import { respondPrometheus } from '#lib/api/prometheus/envelope.ts';
import { formatQuery } from '#lib/api/prometheus/query.ts';

export const GET = (request: Request) => respondPrometheus(request, () => formatQuery(request));
export const POST = GET;
