import { federate } from '#lib/api/prometheus/federate.ts';

export const GET = federate;
