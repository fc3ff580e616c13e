import { expect, it } from 'vitest';
import { head } from '../scan/engine.fixture.ts';
import type { EngineResult } from '../scan/engine.ts';
import { nothing } from '../scan/scanned.ts';
import { eventOf } from '../track/happened.ts';
import { acceptedEvents } from './message.ts';

it.each([
  ['rspamd', 'spam', 'positive', 'spam'],
  ['rspamd', 'spam', 'suspect', 'suspect_spam'],
  ['rspamd', 'spam', 'clean', undefined],
  ['clamav', 'virus', 'positive', 'virus'],
  ['blocklist', 'blocklist', 'positive', 'blocklisted'],
  ['spf', 'spf', 'positive', 'unauthenticated'],
  ['dkim', 'dkim', 'positive', 'unauthenticated'],
  ['dmarc', 'dmarc', 'positive', 'unauthenticated'],
  ['file type', 'file', 'positive', 'malicious_file'],
] as const)(
  'tracking finds what %s says (%s %s) among message events: %s',
  (engine, category, verdict, event) => {
    const result: EngineResult = { engine, category, verdict, version: '', names: ['x'], ms: 1 };
    const events = acceptedEvents(head(), 100, { found: nothing(), results: [result] });
    const found = events.flatMap((one) => eventOf({ ...one, seq: 1 }) ?? []);
    expect(found).toEqual(event === undefined ? [] : [event]);
  },
);
