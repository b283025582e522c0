import { respondPrometheus } from '#lib/api/prometheus/envelope.ts';
import { series } from '#lib/api/prometheus/series.ts';

export const GET = (request: Request) => respondPrometheus(request, () => series(request));
export const POST = GET;
