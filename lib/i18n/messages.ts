import { alertsPageMessages } from './alerts-page.ts';
import { consensusPageMessages } from './consensus-page.ts';
import { alertMessages } from './alerts.ts';
import { consensusMessages } from './consensus.ts';
import { detectorMessages } from './detector.ts';
import { embedMessages } from './embed.ts';
import { engineMessages } from './engine.ts';
import type { Messages } from './render.ts';
import { timeMessages } from './time.ts';
import { uiMessages } from './ui.ts';

/** Every sentence the product can say. */
export const messages: Messages = {
  ...engineMessages,
  ...detectorMessages,
  ...consensusMessages,
  ...alertMessages,
  ...uiMessages,
  ...embedMessages,
  ...consensusPageMessages,
  ...alertsPageMessages,
  ...timeMessages,
};
