import { respondPrometheus } from '#lib/api/prometheus/envelope.ts';
import { rules } from '#lib/api/prometheus/rules.ts';

export const GET = (request: Request) => respondPrometheus(request, () => rules(request));
