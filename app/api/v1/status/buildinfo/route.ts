import { respondPrometheus } from '#lib/api/prometheus/envelope.ts';
import { buildInfo } from '#lib/api/prometheus/metadata.ts';

export const GET = (request: Request) => respondPrometheus(request, buildInfo);
