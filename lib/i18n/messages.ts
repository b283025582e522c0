import { alertsPageMessages } from './alerts-page.ts';
import { alertMessages } from './alerts.ts';
import { consensusPageMessages } from './consensus-page.ts';
import { consensusMessages } from './consensus.ts';
import { detectorMessages } from './detector.ts';
import { embedMessages } from './embed.ts';
import { engineMessages } from './engine.ts';
import { fleetMessages } from './fleet.ts';
import { rulesMessages } from './rules.ts';
import { settingsMessages } from './settings.ts';
import { timeMessages } from './time.ts';
import { uiMessages } from './ui.ts';
import type { Messages } from './message.ts';

/** Every sentence the product can say. */
export const messages: Messages = {
  ...alertsPageMessages,
  ...alertMessages,
  ...consensusPageMessages,
  ...consensusMessages,
  ...detectorMessages,
  ...embedMessages,
  ...engineMessages,
  ...fleetMessages,
  ...rulesMessages,
  ...settingsMessages,
  ...timeMessages,
  ...uiMessages,
};
