import { expect, it } from 'vitest';
import { facts } from './facts.ts';
import { answered, done, mail, o } from './fixture.ts';
import { metrics, metricsText } from './metrics.ts';

it('reads as in the product it is compatible with', () => {
  const subject = o('email_subject', 'test test');
  const run = done([subject], [answered('esa03', [mail(8, [subject], ['user@example.org'])])]);
  expect(metricsText(metrics(run.observables, facts(run), run.modules.length))).toBe(
    '1 Target · 1 Observable · 0 Indicators · 0 Domains · 0 File Hashes · 0 IP Addresses · 0 URLs · 1 Module',
  );
});

it('counts by type what was asked about', () => {
  const asked = [
    o('domain', 'a.example'),
    o('sha256', 'a'.repeat(64)),
    o('md5', 'b'.repeat(32)),
    o('ip', '192.0.2.1'),
    o('ipv6', '2001:db8::1'),
    o('url', 'https://a.example/'),
  ];
  expect(metricsText(metrics(asked, facts(done(asked, [])), 2))).toBe(
    '0 Targets · 6 Observables · 0 Indicators · 1 Domain · 2 File Hashes · 2 IP Addresses · 1 URL · 2 Modules',
  );
});
