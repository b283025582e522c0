import { respondPrometheus } from '#lib/api/prometheus/envelope.ts';
import { alertmanagers } from '#lib/api/prometheus/rules.ts';

export const GET = (request: Request) => respondPrometheus(request, alertmanagers);
