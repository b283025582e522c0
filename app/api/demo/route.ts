import { z } from 'zod';

import { describeDemo, startDemo } from '#lib/api/demo.ts';
import { respond } from '#lib/api/problem.ts';
import { bodyOf, requireJson } from '#lib/api/request.ts';

export const GET = () => respond(describeDemo);

export const POST = (request: Request) =>
  respond(async () => {
    requireJson(request);
    await bodyOf(request, z.object({}));
    return startDemo();
  });
