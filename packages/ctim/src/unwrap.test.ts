import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inspect, observablesOf, unwrap } from './index.ts';

const INNER = 'https://evil.com/a?b=c&d=e';
const encoded = encodeURIComponent(INNER);
const base64 = Buffer.from(INNER).toString('base64url');

describe('rewritten links', () => {
  it.each([
    ['safelinks', `https://nam02.safelinks.protection.outlook.com/?url=${encoded}&data=05%7C02&reserved=0`],
    [
      'safelinks',
      `https://statics.teams.cdn.office.net/evergreen-assets/safelinks/1/atp.html?url=${encoded}`,
    ],
    ['urldefense', `https://urldefense.proofpoint.com/v1/url?u=${encoded}&k=x`],
    [
      'urldefense',
      `https://urldefense.proofpoint.com/v2/url?u=${encoded.replaceAll('%2F', '_').replaceAll('%', '-')}&d=DwMF`,
    ],
    ['urldefense', `https://urldefense.com/v3/__${INNER}__;!!abc!def$`],
    ['cisco', `https://secure-web.cisco.com/1aBcD-e_f/${encoded}`],
    ['barracuda', `https://linkprotect.cudasvc.com/url?a=${encoded}&c=E,1,x`],
    ['symantec', `https://clicktime.symantec.com/3abc/6H2?u=${encoded}`],
    ['sophos', `https://eu1.protection.sophos.com/?d=evil.com&u=${base64}&i=x`],
    ['trendmicro', `https://ddec1-0-en-ctp.trendmicro.com:443/wis/clicktime/v1/query?url=${encoded}&umid=1`],
    ['fireeye', `https://protect2.fireeye.com/v1/url?k=x&q=1&u=${encoded}`],
    ['avanan', `https://url.avanan.click/v2/___${INNER}___.YXAz`],
    ['awstrack', `https://abc.r.us-east-1.awstrack.me/L0/${encoded}/1/0100/x=1`],
    ['google', `https://www.google.com/url?sa=t&q=${encoded}`],
    ['facebook', `https://l.facebook.com/l.php?u=${encoded}&h=x`],
    ['linkedin', `https://www.linkedin.com/redir/redirect?url=${encoded}`],
    ['slack', `https://slack-redir.net/link?url=${encoded}`],
  ])('%s %s', (via, url) => {
    expect(unwrap(url)).toEqual({ type: 'url', value: INNER, via });
    expect(observablesOf(inspect(`see ${url} now`))).toEqual([
      { type: 'url', value: INNER },
      { type: 'domain', value: 'evil.com' },
    ]);
    expect(inspect(url).every((f) => f.via === via && f.original === url)).toBe(true);
  });

  it('puts back what URL Defense v3 took out, also runs of it', () => {
    const taken = Buffer.from('#é[]').toString('base64url');
    expect(unwrap(`https://urldefense.com/v3/__https:/evil.com/*a*b**A__;${taken}!!x$`)?.value).toBe(
      'https://evil.com/#aéb[]',
    );
  });

  it('has at least the host where no more is kept', () => {
    expect(unwrap('https://protect-us.mimecast.com/s/abcd?domain=evil.com')).toEqual({
      type: 'domain',
      value: 'evil.com',
      via: 'mimecast',
    });
  });

  it('unwraps what was wrapped twice, and no more than a few times', () => {
    const twice = `https://urldefense.com/v3/__https://eu.safelinks.protection.outlook.com/?url=${encoded}__;!!a$`;
    expect(unwrap(twice)).toEqual({ type: 'url', value: INNER, via: 'urldefense' });
    let deep = INNER;
    for (let i = 0; i < 8; i++) deep = `https://www.google.com/url?q=${encodeURIComponent(deep)}`;
    expect(unwrap(deep)?.value).toContain('google.com');
  });

  it.each([
    'https://evil.com/?url=https://a.com',
    'https://safelinks.protection.outlook.com.evil.com/?url=https%3A%2F%2Fa.com',
    'https://www.google.com/search?q=x',
    'https://urldefense.com/v3/__nothing',
    'https://urldefense.com/v2/url?u=https-3',
    'https://secure-web.cisco.com/1abc/%E0%A4%A',
    'https://www.google.com/url?q=javascript:alert(1)',
    'nonsense',
    '',
  ])('leaves %s', (url) => expect(unwrap(url)).toBeUndefined());

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        unwrap(text);
        unwrap(`https://urldefense.com/v3/__${text}__;${text}!`);
        unwrap(`https://urldefense.com/v2/url?u=${text}`);
        unwrap(`https://eu1.protection.sophos.com/?u=${text}`);
        unwrap(`https://secure-web.cisco.com/${text}`);
      }),
    );
  });
});
