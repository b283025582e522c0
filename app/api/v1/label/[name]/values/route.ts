import { respondPrometheus } from '#lib/api/prometheus/envelope.ts';
import { labelValues } from '#lib/api/prometheus/series.ts';

export const GET = (request: Request, context: RouteContext<'/api/v1/label/[name]/values'>) =>
  respondPrometheus(request, async () => labelValues(request, (await context.params).name));
