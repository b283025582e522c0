import { respondPrometheus } from '#lib/api/prometheus/envelope.ts';
import { labelNames } from '#lib/api/prometheus/series.ts';

export const GET = (request: Request) => respondPrometheus(request, () => labelNames(request));
export const POST = GET;
