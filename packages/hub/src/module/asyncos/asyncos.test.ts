/** Against a server that answers as captured appliances do, in both shapes of their rows. */
import { X509Certificate } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TLS } from '../../outbound/fixture.ts';
import { type Heard, module, NOW, type Source, source } from '../fixture.ts';
import { bytesOf } from './details.ts';
import { asyncOsKind } from './kind.ts';
import { timeOf } from './row.ts';

let there: Source;
let mine: ReturnType<typeof module>;
/** Answers by path; the login is answered here. */
let answers: Record<string, (heard: Heard) => unknown>;
let tokens = 0;
let good: string;

beforeAll(async () => {
  there = await source(TLS);
});
afterAll(() => there.close());
beforeEach(() => {
  there.heard.length = 0;
  answers = {};
  const settings = {
    url: there.url,
    user: 'admin',
    passphrase: 'secret',
    'certificate-fingerprint': new X509Certificate(TLS.cert).fingerprint256,
  };
  mine = module(asyncOsKind, settings);
  there.replay((heard) => {
    const path = heard.path.split('?')[0] as string;
    if (path === '/esa/api/v2.0/login') return login(heard);
    if (heard.headers.jwttoken !== good)
      return [
        401,
        {
          error: {
            message: 'ExpiredSignatureError.',
            code: '401',
            explanation: '401 = No permission -- see authorization schemes.',
          },
        },
      ];
    return answers[path.replace('/esa/api/v2.0', '')]?.(heard) ?? 404;
  });
});
afterEach(() => mine.close());

function login({ body }: Heard): unknown {
  const { data } = JSON.parse(body);
  if (Buffer.from(data.passphrase, 'base64').toString() !== 'secret')
    return [
      401,
      {
        error: {
          message: 'Invalid username or passphrase.',
          code: '401',
          explanation: '401 = No permission -- see authorization schemes.',
        },
      },
    ];
  tokens += 1;
  good = `token-${tokens}`;
  return {
    data: { userName: 'admin', is2FactorRedirectRequired: 'false', role: 'Administrator', jwtToken: good },
  };
}

/** As releases from 2022 on have it. */
const newer = {
  hostName: 'esa2.test.example',
  serialNumber: 'EC2C-CA0C',
  friendly_from: ['no-reply@test.example'],
  sender: 'bounce@mailer.example',
  replyTo: 'N/A',
  recipient: ['a@corp.example', 'b@corp.example'],
  recipientMap: { '1756': ['a@corp.example'], '1757': ['b@corp.example'] },
  subject: 'TEST TEST',
  finalSubject: { '1757': 'test test' },
  messageID: { '1756': '<m1@mailer.example>' },
  mid: [1756, 1757],
  icid: 1625,
  allIcid: [1625],
  dcid: [4364],
  messageStatus: { '1756': 'Dropped By Anti-Virus', '1757': 'Delivered' },
  morInfo: { midVsState: { '1757': 'Delivered' } },
  morDetails: {},
  verdictChart: { '1757': '01101110' },
  senderIp: '192.0.2.1',
  senderDomain: 'mailer.example',
  senderGroup: 'UNKNOWNLIST',
  sbrs: '3.5',
  mailPolicy: ['DEFAULT'],
  direction: 'incoming',
  isCompleteData: 'N/A',
  timestamp: '24 Nov 2026 10:00:48 (GMT +00:00)',
};
/** As releases before had it. */
const older = {
  hostName: '',
  serialNumber: '42AB-CD',
  sender: 'x@old.example',
  recipient: ['c@corp.example'],
  subject: 'TEST TEST',
  messageID: {},
  mid: [8],
  icid: 3,
  messageStatus: 'Quarantined by Policy',
  verdictChart: '01500000',
  senderIp: '192.0.2.2',
  senderDomain: 'old.example',
  senderGroup: 'UNKNOWNLIST',
  sbrs: 'None',
  direction: 'incoming',
  isCompleteData: true,
  timestamp: '23 Nov 2026 09:08:03 (GMT)',
};
const page = (...all: object[]) => ({
  meta: { num_bad_records: 0, totalCount: all.length },
  data: all.map((attributes) => ({ attributes })),
});
const details = {
  data: {
    messages: {
      mid: [8],
      sender: 'x@old.example',
      recipient: ['c@corp.example'],
      subject: 'TEST TEST',
      direction: 'incoming',
      messageStatus: 'Quarantined by Policy',
      sendingHostSummary: {
        reverseDnsHostname: 'mx.old.example (verified)',
        ipAddress: '192.0.2.2',
        sbrsScore: 'None',
      },
      midHeader: '<m8@old.example>',
      attachments: ['invoice.pdf'],
      messageSize: '70.14 (KB)',
      headerFrom: 'x@old.example',
      summary: [
        { timestamp: '23 Nov 2026 09:08:03 (GMT)', description: 'Message 8 quarantined.', lastEvent: true },
      ],
    },
  },
};
const subject = { type: 'email_subject' as const, value: 'TEST TEST' };
const queriesOf = () =>
  there.heard
    .filter((one) => one.path.includes('message-tracking/messages'))
    .map((one) => new URLSearchParams(one.path.split('?')[1]));

describe('message tracking', () => {
  it('is searched with the documented parameters, and rows of both shapes become sightings', async () => {
    answers['/message-tracking/messages'] = () => page(newer, older);
    answers['/message-tracking/details'] = ({ path }) => (path.includes('mid=8') ? details : 404);
    const { data, errors } = await mine.observe([subject]);
    expect(errors).toEqual([]);
    expect(Object.fromEntries(queriesOf()[0] ?? [])).toEqual({
      startDate: '2026-10-26T12:00:00.000Z',
      endDate: '2026-11-25T12:05:00.000Z',
      subjectfilterOperator: 'is',
      subjectfilterValue: 'TEST TEST',
      searchOption: 'messages',
      offset: '0',
      limit: '100',
    });
    expect(there.heard.find((one) => one.path.includes('messages?'))?.path).toContain(
      'subjectfilterValue=TEST%20TEST',
    );
    const [first, second] = data.sightings?.docs ?? [];
    expect(first).toMatchObject({
      resolution: 'blocked',
      observables: [subject],
      observed_time: { start_time: '2026-11-24T10:00:48.000Z' },
      sensor_coordinates: { observables: [{ type: 'hostname', value: 'esa2.test.example' }] },
    });
    expect(first?.targets?.map((one) => one.observables[0]?.value)).toEqual([
      'a@corp.example',
      'b@corp.example',
    ]);
    expect(second).toMatchObject({
      resolution: 'contained',
      observed_time: { start_time: '2026-11-23T09:08:03.000Z' },
      sensor_coordinates: { observables: [{ type: 'hostname', value: '127.0.0.1' }] },
    });
    const said = (one: typeof first) =>
      one?.relations?.map((r) => `${r.source.value} ${r.relation} ${r.related.value}`);
    expect(said(first)).toContain('m1@mailer.example Related_To 1756');
    expect(said(first)).toContain('bounce@mailer.example Sent_From 192.0.2.1');
    expect(said(second)).toContain('invoice.pdf Attached_To 8');
    expect(said(second)).toContain('m8@old.example Related_To 8');
  });

  it('needs two searches for an address, and has none for a URL', async () => {
    answers['/message-tracking/messages'] = () => page();
    const { data } = await mine.observe([
      { type: 'email', value: 'a@corp.example' },
      { type: 'url', value: 'https://a.example/' },
      { type: 'ip', value: '192.0.2.1' },
      { type: 'sha256', value: 'a'.repeat(64) },
      { type: 'file_name', value: 'a.pdf' },
      { type: 'email_messageid', value: 'm@x.example' },
      { type: 'cisco_mid', value: '8' },
      { type: 'domain', value: 'x.example' },
    ]);
    expect(data).toEqual({});
    const keys = queriesOf().flatMap((query) =>
      [...query].filter(([key]) => !/Date|Option|offset|limit/.test(key)).map((pair) => pair.join('=')),
    );
    expect(keys.sort()).toEqual([
      'attachmentNameOperator=is',
      'attachmentNameValue=a.pdf',
      'ciscoMid=8',
      'domainNameOperator=is',
      'domainNameValue=x.example',
      'envelopeRecipientfilterOperator=is',
      'envelopeRecipientfilterValue=a@corp.example',
      'envelopeSenderfilterOperator=is',
      'envelopeSenderfilterValue=a@corp.example',
      `fileSha256=${'a'.repeat(64)}`,
      'messageIdHeader=m@x.example',
      'senderIp=192.0.2.1',
    ]);
  });

  it('is read page by page, and says how many there are beyond the hundred that are shown', async () => {
    answers['/message-tracking/messages'] = ({ path }) => {
      const offset = Number(new URLSearchParams(path.split('?')[1]).get('offset'));
      const rows = Array.from({ length: 100 }, (_, i) => ({ ...older, mid: [offset + i + 1] }));
      return { ...page(...rows), meta: { totalCount: 321 } };
    };
    const { data, errors } = await mine.observe([subject]);
    expect(data.sightings?.count).toBe(100);
    expect(errors).toMatchObject([
      { code: 'too-many-messages-warning', message: expect.stringMatching(/^321 messages/) },
    ]);
    expect(queriesOf().map((query) => query.get('offset'))).toEqual(['0', '100']);
  });

  it('is logged in to once, and again when the token has run out', async () => {
    answers['/message-tracking/messages'] = () => page();
    await Promise.all([mine.observe([subject]), mine.observe([subject])]);
    const logins = () => there.heard.filter((one) => one.path.endsWith('/login')).length;
    expect(logins()).toBe(1);
    good = 'another';
    expect(await mine.observe([subject])).toEqual({ data: {}, errors: [] });
    expect(logins()).toBe(2);
  });

  it('fails with the appliance’s own words', async () => {
    answers['/message-tracking/messages'] = () => [
      404,
      {
        error: {
          message: 'Missing attribute - startDate or endDate.',
          code: '404',
          explanation: '404 = Nothing matches the given URI.',
        },
      },
    ];
    await expect(mine.observe([subject])).rejects.toThrow('127.0.0.1 [404]: Missing attribute');
  });
});

describe('health', () => {
  it('is that the user is let in, and what it may do', async () => {
    answers['/login/privileges'] = () => ({
      data: ['e_message_tracking_messages', 'e_message_tracking_detail'],
    });
    expect((await mine.health()).text).toBe('127.0.0.1 lets admin in, who may search message tracking.');
    const wrong = module(asyncOsKind, { ...mine.instance.settings, passphrase: 'guess' });
    await expect(wrong.health()).rejects.toThrow('does not accept the credentials of this module [401]');
  });
});

describe('quarantine', () => {
  const pvo = {
    mid: 77,
    attributes: {
      sender: 'x@old.example',
      subject: 'TEST TEST',
      inQuarantines: 'Policy',
      quarantineForReason: ['Policy'],
      esaMid: 8,
    },
  };
  const spam = {
    mid: 45,
    attributes: { envelopeRecipient: ['c@corp.example'], subject: 'TEST TEST', size: '17.50K' },
  };

  it('is searched, and messages in it are released and deleted', async () => {
    answers['/quarantine/messages'] = ({ method, path, body }) => {
      if (method === 'GET')
        return { meta: { totalCount: 1 }, data: [path.includes('quarantineType=spam') ? spam : pvo] };
      return {
        data: {
          action: method === 'POST' ? 'release' : 'delete',
          totalCount: JSON.parse(body).mids[0] === 77 ? 1 : 0,
        },
      };
    };
    const offers = (await mine.respond([subject, { type: 'ip', value: '192.0.2.1' }]))?.offers ?? [];
    expect(offers.map((one) => `${one.id} ${one.description}`)).toEqual([
      'quarantine-release Message 45 "TEST TEST" in the spam quarantine',
      'quarantine-delete Message 45 "TEST TEST" in the spam quarantine',
      'quarantine-release Message 77 "TEST TEST" in the quarantine Policy',
      'quarantine-delete Message 77 "TEST TEST" in the quarantine Policy',
    ]);
    const searched = there.heard
      .filter((one) => one.method === 'GET')
      .map((one) => new URLSearchParams(one.path.split('?')[1]));
    expect(searched[1]?.get('quarantines')).toBe('Outbreak,Virus,File Analysis,Unclassified,Policy');
    there.heard.length = 0;
    const outcomes = [];
    for (const { id, query } of offers) outcomes.push((await mine.trigger(id, query))?.status);
    expect(outcomes).toEqual(['failure', 'failure', 'success', 'success']);
    expect(there.heard.map(({ method, body }) => [method, JSON.parse(body)])).toEqual([
      ['POST', { action: 'release', quarantineType: 'spam', mids: [45] }],
      ['DELETE', { quarantineType: 'spam', mids: [45] }],
      ['POST', { action: 'release', quarantineType: 'pvo', quarantineName: 'Policy', mids: [77] }],
      ['DELETE', { quarantineType: 'pvo', quarantineName: 'Policy', mids: [77] }],
    ]);
    await expect(mine.trigger('quarantine-release', { mid: '../1' })).rejects.toThrow('has no such action');
  });
});

it('reads the forms of time and size that appliances write', () => {
  expect(timeOf('29 Aug 2023 10:00:48 (GMT +00:00)')).toBe(Date.UTC(2023, 7, 29, 10, 0, 48));
  expect(timeOf('29 Aug 2023 10:00:48 (GMT +02:00)')).toBe(Date.UTC(2023, 7, 29, 8, 0, 48));
  expect(timeOf('28 Aug 2022 15:33 (GMT)')).toBe(Date.UTC(2022, 7, 28, 15, 33));
  for (const text of ['', 'N/A', '31 Foo 2022 15:33 (GMT)', '2022-01-01'])
    expect(timeOf(text)).toBeUndefined();
  expect([bytesOf('70.14 (KB)'), bytesOf('3 (MB)'), bytesOf('')]).toEqual([71_823, 3_145_728, 0]);
  expect(NOW).toBeGreaterThan(0);
});
