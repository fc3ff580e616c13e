/** Does the quick start and sends the sample mail, telling the terminal how far it is. */

import { CAMPAIGN } from './mail/write.ts';
import {
  addEmailModule,
  enableCloud,
  enter,
  type Login,
  look,
  type Progress,
  register,
  sendMail,
} from './steps.ts';
import type { Place, World } from './world.ts';

const ORGANISATION = 'Example Trading';

/** The parts of a world that the steps need, so that they also work on one that another process runs. */
export type Filled = Pick<World, 'hubs' | 'console' | 'smtp'>;

export interface FillOptions {
  seed?: number;
  /** The appliance's administrator allows response actions from the portal. */
  respond?: boolean;
}

export async function fill(world: Filled, login: Login, options: FillOptions = {}): Promise<void> {
  const { seed = 7, respond = false } = options;
  const progress = terminal();
  const portal = await enter(world.hubs.AMERICAS.url, login, world.hubs.AMERICAS.setupToken, ORGANISATION);
  await enter(world.hubs.EUROPE.url, login, world.hubs.EUROPE.setupToken, ORGANISATION);
  const esa = await enter(world.console.url, login, world.console.setupToken, ORGANISATION);
  await enableCloud(esa.call, progress, respond);
  await register(portal.call, esa.call, progress);
  await addEmailModule(portal.call, progress);
  await sendMail(world.smtp, esa.call, progress, seed);
  await look(portal, `email_subject:"${CAMPAIGN.subject}"`, progress);
}

export const setUpAlready = (url: string): Place => ({ url, setupToken: undefined });

function terminal(): Progress {
  const live = process.stdout.isTTY;
  return {
    step: (number, text) => console.log(`  ${number}  ${text}`),
    count: (done, of) => {
      if (live)
        process.stdout.write(`\r     ${bar(done / of)} ${done} of ${of} mails${done === of ? '\n' : ''}`);
      else if (done % 100 === 0 || done === of) console.log(`     ${done} of ${of} mails`);
    },
  };
}

const bar = (share: number): string => '█'.repeat(Math.round(share * 24)).padEnd(24, '░');
