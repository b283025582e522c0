import 'server-only';

import { live } from '../live.ts';

import type { Answer } from './envelope.ts';
import { parametersOf } from './params.ts';
import { alertJson, listRules } from './rule-listing.ts';

/** `/api/v1/rules` (Prometheus documentation, "HTTP API": rules). */
export const rules = async (request: Request): Promise<Answer> => {
  const parameters = await parametersOf(request);
  const { groups } = await (await live()).data().rules();
  return { data: listRules(groups, parameters) };
};

/** `/api/v1/alerts` (Prometheus documentation, "HTTP API": alerts). */
export const alerts = async (): Promise<Answer> => {
  const { groups } = await (await live()).data().rules();
  const active = groups.flatMap((group) => group.rules.flatMap((rule) => rule.alerts.map(alertJson)));
  return { data: JSON.stringify({ alerts: active }) };
};

/** `/api/v1/alertmanagers`: notifications go straight to their receivers, so there are none. */
export const alertmanagers = async (): Promise<Answer> => ({
  data: JSON.stringify({ activeAlertmanagers: [], droppedAlertmanagers: [] }),
});
