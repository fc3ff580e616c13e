/** The sentences of Cloud Service Settings. */
import type { Obstacle } from '@sightline/api';

/** Where the registration stands. */
export type Phase =
  | { name: 'disabled' }
  | { name: 'managed'; manager: string }
  | { name: 'busy' }
  | { name: 'ready'; note: string }
  | { name: 'registering' }
  | { name: 'registered'; trouble: string; obstacle: Obstacle }
  | { name: 'failed'; cause: string; text: string; obstacle: Obstacle }
  | { name: 'unreachable'; reason: string; note: string; obstacle: Obstacle };

const LATER = 'Navigate back to this page after some time to check the appliance status.';

/** What the answer to Register says. */
export const INITIATED = `A request to register your appliance with the Threat Response portal is initiated. ${LATER}`;

/** The Status line. `server` is the name of the exchange, `skew` a sentence about the clock or ''. */
export function statusLine(phase: Phase, server: string, organisation: string, skew = ''): string {
  return [sentence(phase, server, organisation), phase.name === 'disabled' ? '' : skew]
    .filter((s) => s !== '')
    .join(' ');
}

function sentence(phase: Phase, server: string, organisation: string): string {
  switch (phase.name) {
    case 'disabled':
      return 'Threat Response is disabled.';
    case 'managed':
      return `This appliance is managed by ${phase.manager}. Register ${phase.manager} with the exchange instead.`;
    case 'busy':
      return `The exchange ${server} is being contacted. ${LATER}`;
    case 'ready':
      return join(
        phase.note,
        `The exchange ${server} answers. Enter a registration token to register this appliance.`,
      );
    case 'registering':
      return `The appliance registration is in progress. ${LATER}`;
    case 'registered':
      return registered(phase.trouble, server, organisation);
    case 'failed':
      return phase.text;
    case 'unreachable':
      return join(
        phase.note,
        `The exchange ${server} cannot be reached: ${phase.reason}. The appliance tries again by itself.`,
      );
  }
}

function registered(trouble: string, server: string, organisation: string): string {
  const of = organisation === '' ? '' : ` for ${organisation}`;
  const is = `The appliance is registered with the exchange ${server}${of}.`;
  return trouble === '' ? is : `${is} It is not connected: ${trouble}. The appliance tries again by itself.`;
}

const join = (...parts: string[]): string => parts.filter((p) => p !== '').join(' ');

/** The fault code that a state shows, '' when it shows none. */
export const causeCode = (phase: Phase): string => {
  if (phase.name === 'failed') return phase.cause;
  return phase.name === 'unreachable' ? 'exchange_unreachable' : '';
};

/** Where the way is broken in this state; a clock that is wrong is said also when everything else works. */
export function obstacle(phase: Phase, skew: string): Obstacle {
  const here = 'obstacle' in phase ? phase.obstacle : '';
  return here === '' && skew !== '' && phase.name !== 'disabled' ? 'clock' : here;
}
