import { respondPrometheus } from '#lib/api/prometheus/envelope.ts';
import { metadata } from '#lib/api/prometheus/metadata.ts';

export const GET = (request: Request) => respondPrometheus(request, () => metadata(request));
