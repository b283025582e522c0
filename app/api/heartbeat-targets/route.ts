import { respond } from '#lib/api/problem.ts';
import { readHeartbeatTargets } from '#lib/api/read.ts';
import { langOf } from '#lib/api/request.ts';

export const GET = (request: Request) => respond(() => readHeartbeatTargets({ lang: langOf(request) }));
