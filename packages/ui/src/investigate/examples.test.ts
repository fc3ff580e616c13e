import type { TrackRow } from '@sightline/api';
import { describe, expect, it } from 'vitest';
import { examples } from './examples.ts';

const row = (part: Partial<TrackRow>): TrackRow =>
  ({ direction: 'incoming', subject: '', sender: '', urls: [], attachments: [], ...part }) as TrackRow;

describe('queries to begin with', () => {
  it('are made of the mail that came, so that they find something', () => {
    const found = examples([
      row({ direction: 'outgoing', subject: 'Ours' }),
      row({ subject: 'Say "hello"', sender: 'a@b.example', urls: ['https://b.example/x'] }),
      row({ attachments: [{ name: 'x.pdf', sha256: 'f'.repeat(64) }] as TrackRow['attachments'] }),
    ]);
    expect(found.map(({ text }) => text)).toEqual([
      'email_subject:"Say \\"hello\\""',
      'Reported by a user: mail from a[@]b[.]example with hxxps://b[.]example/x',
      `sha256:"${'f'.repeat(64)}"`,
    ]);
  });

  it('are the usual ones where there is no mail', () => {
    expect(examples([]).map(({ text }) => text.slice(0, 9))).toEqual(['email_sub', 'Reported ', 'sha256:"2']);
  });
});
