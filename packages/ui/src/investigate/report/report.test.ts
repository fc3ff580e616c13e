import type { TakenAction } from '@sightline/api';
import { describe, expect, it } from 'vitest';
import { campaigns } from '../campaign.ts';
import { facts } from '../facts.ts';
import { answered, done, mail, NOON, o, verdict } from '../fixture.ts';
import { report } from './gather.ts';
import { html } from './html.ts';
import { markdown } from './markdown.ts';

const HOSTILE = '<img src=x onerror=alert(1)> | `code` **bold** [x](javascript:alert(1))\u202e\n# head';
const subject = o('email_subject', HOSTILE);
const domain = o('domain', 'evil.example');
const run = done(
  [subject, domain],
  [
    answered(
      'esa',
      [1, 2, 3].map((n) => mail(n, [subject, domain], [`user${n}@example.com`])),
      [verdict(domain, 2)],
    ),
  ],
);
const taken = (value: string, reason: string): TakenAction => ({
  id: '00000000-0000-4000-8000-000000000001',
  at: '2026-04-17T12:00:00Z',
  by: 'ann',
  module: 'esa',
  module_instance_id: '00000000-0000-4000-8000-000000000002',
  action: 'email-block-domain',
  observable: { type: 'domain', value },
  reason,
  source: '',
  status: 'success',
  text: 'Blocked on esa.',
  places: [],
  errors: [],
  expires: null,
  undoable: true,
  undone: null,
  repeated: false,
});
const known = facts(run, {}, NOON);
const made = report({
  run,
  known,
  campaigns: campaigns(known.sightings),
  actions: [taken('other.example', 'No matter'), taken('evil.example', 'Invoice \u202ewave')],
  drawing: '<svg></svg>',
  by: 'Ann',
  organisation: 'Example',
  now: NOON,
});

describe('the report', () => {
  it('gathers question, campaign, verdicts, targets, timeline and modules, defanged', () => {
    expect(made.question).toContainEqual({ type: 'Domain', value: 'evil[.]example' });
    expect(made.verdicts).toEqual([
      { type: 'Domain', value: 'evil[.]example', disposition: 'Malicious', says: 'esa: Malicious' },
    ]);
    expect(made.targets).toHaveLength(3);
    expect(made.targets[0]?.value).toMatch(/^user\d\[@\]example\[\.\]com$/);
    expect(made.campaigns[0]?.told).toMatch(/^3 messages, 3 recipients/);
    expect(made.timeline).toEqual([['2026-04-17T12:00:00Z', 3]]);
    expect(made.actions).toEqual([
      {
        at: '2026-04-17T12:00:00Z',
        by: 'ann',
        text: 'Block domain, Domain evil[.]example, esa: Blocked on esa. Reason: Invoice  wave',
      },
    ]);
    expect(made.modules[0]).toMatchObject({ name: 'esa', hits: 3 });
  });

  it('is Markdown in which hostile strings are text', () => {
    const text = markdown(made);
    expect(text).not.toContain('\u202e');
    expect(text.split('\n').filter((l) => l.startsWith('# '))).toHaveLength(1);
    // Outside of code spans nothing of it is markup.
    const bare = text.replace(/(`+)(?:(?!\1)[\s\S])*?\1/g, '');
    expect(bare).not.toMatch(/(?<!\\)(<img|\[x|\*\*bold)/);
  });

  it('is one HTML file that loads and runs nothing', () => {
    const page = html(made);
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/<img|<script/i);
    expect(page.match(/<h2>/g)?.length).toBe(9);
  });
});
