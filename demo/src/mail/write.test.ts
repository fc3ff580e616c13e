import { describe, expect, it } from 'vitest';
import { CAMPAIGN, letters } from './write.ts';

describe('sample mail', () => {
  const all = letters(7);

  it('is some 300 messages, the same for the same seed', () => {
    expect(all.length).toBe(300);
    expect(letters(7)).toEqual(all);
    expect(letters(8)).not.toEqual(all);
  });

  it('has a campaign of 40 that shares subject, link and attachment', () => {
    const wave = all.filter((l) => l.kind === 'campaign');
    expect(wave.length).toBe(CAMPAIGN.size);
    expect(new Set(wave.map((l) => l.subject)).size).toBe(1);
    expect(new Set(wave.map((l) => l.attachments?.[0]?.content.toString('hex'))).size).toBe(1);
    expect(new Set(wave.map((l) => l.envelope.to[0])).size).toBe(CAMPAIGN.size);
    expect(wave.every((l) => l.text.includes(CAMPAIGN.url))).toBe(true);
    expect(wave.filter((l) => l.envelope.to[0]?.startsWith('full.')).length).toBe(8);
  });

  it('never repeats a Message-ID and only uses reserved domains', () => {
    expect(new Set(all.map((l) => l.messageId)).size).toBe(all.length);
    const domains = all.flatMap((l) => [l.envelope.from, ...l.envelope.to]).map((a) => a.split('@')[1] ?? '');
    expect(domains.filter((d) => !/(^|\.)example\.(com|net|org)$/.test(d))).toEqual([]);
  });
});
