import { connect } from 'node:net';
import { type ConfigPart, FLOW_POLICIES, type FlowPolicy } from '@sightline/api';
import { afterEach, describe, expect, it } from 'vitest';
import type { ListenersParts } from './listeners.ts';
import { SMTP_LIMITS } from './parts.ts';
import { type Client, type Gate, gateConfig, keep, startGate } from './testgate.ts';

let gate: Gate;
afterEach(() => gate.stop());

const open = async (part: ConfigPart = {}, more: Partial<ListenersParts> = {}): Promise<void> => {
  gate = await startGate(gateConfig(part), more);
};
const greeted = async (port?: number): Promise<Client> => {
  const client = gate.client(port);
  await client.reply();
  await client.talk('EHLO client.test');
  return client;
};
/** All built-in policies, that of strangers changed. */
const strangers = (part: Partial<FlowPolicy>): ConfigPart => ({
  flowPolicies: FLOW_POLICIES.map((one) => (one.name === 'ACCEPTED' ? { ...one, ...part } : { ...one })),
});
const from = (policy: string): ConfigPart => ({
  senderGroups: [{ name: 'LOOPBACK', policy, senders: ['127.0.0.0/8'] }],
});
const told = async (): Promise<Gate['attempts'][number]> => {
  await expect.poll(() => gate.attempts.length).toBeGreaterThan(0);
  return gate.attempts[0] as Gate['attempts'][number];
};

describe('connection behaviour', () => {
  it('REJECT: 554 and the end', async () => {
    await open(from('BLOCKED'));
    const client = gate.client();
    expect(await client.reply()).toBe('554 5.7.1 Your address is not allowed to send mail here.');
    expect(await client.reply()).toBe('');
    expect(await told()).toMatchObject({
      stage: 'connect',
      ip: '127.0.0.1',
      senderGroup: 'LOOPBACK',
      flowPolicy: 'BLOCKED',
      refusals: [{ responseCode: 554, by: 'sender group LOOPBACK' }],
    });
  });

  it('REJECT, delayed: the recipients are known, and none is taken', async () => {
    await open({ ...from('BLOCKED'), listener: { delayedRejection: true } });
    const client = await greeted();
    const replies = await client.talk('MAIL FROM:<a@x.test>', 'RCPT TO:<b@us.example>', 'DATA');
    expect(replies.map((reply) => reply.slice(0, 3))).toEqual(['250', '554', '503']);
    client.end();
    expect(await told()).toMatchObject({ stage: 'rcpt', sender: 'a@x.test', recipients: ['b@us.example'] });
  });

  it('TCPREFUSE: not a word', async () => {
    const silent = { name: 'SILENT', behavior: 'TCPREFUSE' as const };
    await open({ ...from('SILENT'), flowPolicies: [...FLOW_POLICIES, silent] });
    expect(await gate.client().reply()).toBe('');
    expect(await told()).toMatchObject({ stage: 'connect', refusals: [{ responseCode: 0 }] });
  });

  it('RELAY: anywhere; a private listener takes nobody else', async () => {
    const private_ = { name: 'Outgoing', port: 0, kind: 'private' as const };
    await open({ ...from('RELAYED'), listeners: [private_] });
    const relay = await greeted(gate.listeners.open[1]?.port);
    expect((await relay.talk('MAIL FROM:<a@x.test>', 'RCPT TO:<c@dom.test>'))[1]).toMatch(/^250 /);
    relay.end();
    await gate.listeners.apply(gateConfig({ listeners: [private_] }));
    const stranger = await greeted(gate.listeners.open[1]?.port);
    expect(await stranger.say('MAIL FROM:<a@x.test>\r\n')).toMatch(/^550 5\.7\.1 Relaying denied/);
    stranger.end();
  });
});

describe('limits of a mail flow policy', () => {
  it('recipients in an hour, over all connections; entries of the RAT can be left out of it', async () => {
    await open({
      ...strangers({ recipientsPerHour: 2 }),
      recipientTable: [{ recipient: 'list@us.example', bypassThrottle: true }],
    });
    const one = await greeted();
    await one.talk('MAIL FROM:<a@x.test>', 'RCPT TO:<a@us.example>', 'RCPT TO:<b@us.example>');
    one.end();
    const two = await greeted();
    const replies = await two.talk(
      'MAIL FROM:<a@x.test>',
      'RCPT TO:<c@us.example>',
      'RCPT TO:<list@us.example>',
    );
    expect(replies[1]).toBe('452 4.7.1 Too many recipients received this hour.');
    expect(replies[2]).toMatch(/^250 /);
    two.end();
  });

  it('recipients that do not exist: the connection ends, and the next one does not begin anew', async () => {
    await open(strangers({ invalidPerHour: 3 }));
    const client = await greeted();
    await client.say('MAIL FROM:<a@x.test>\r\n');
    for (const n of [1, 2, 3]) expect(await client.say(`RCPT TO:<u${n}@dom.test>\r\n`)).toMatch(/^550 /);
    expect(await client.say('RCPT TO:<u4@dom.test>\r\n')).toMatch(/^421 4\.7\.1 Too many invalid/);
    expect(await client.reply()).toBe('');
    expect(await told()).toMatchObject({
      stage: 'rcpt',
      sender: 'a@x.test',
      recipients: ['u1@dom.test', 'u2@dom.test', 'u3@dom.test', 'u4@dom.test'],
    });
    const again = await greeted();
    expect(await again.say('MAIL FROM:<a@x.test>\r\n')).toMatch(/^421 4\.7\.1 /);
  });

  it('size: announced in EHLO, by SIZE and by the bytes themselves', async () => {
    await open(strangers({ maxSize: 2000 }));
    const client = gate.client();
    await client.reply();
    expect(await client.say('EHLO x\r\n')).toContain('SIZE 2000');
    expect(await client.say('MAIL FROM:<a@x.test> SIZE=2001\r\n')).toMatch(/^552 5\.3\.4 /);
    expect(await told()).toMatchObject({ stage: 'mail', sender: 'a@x.test' });
    await client.talk('MAIL FROM:<a@x.test> SIZE=99', 'RCPT TO:<b@us.example>', 'DATA');
    expect(await client.say(`${'z'.repeat(3000)}\r\n.\r\n`)).toMatch(/^552 5\.3\.4 /);
    await expect.poll(() => gate.attempts[1]).toMatchObject({ stage: 'data', recipients: ['b@us.example'] });
    client.end();
  });

  it('connections at once, over all listeners', async () => {
    await open({ ...strangers({ connections: 1 }), listeners: [{ name: 'Two', port: 0 }] });
    const one = await greeted();
    const two = gate.client(gate.listeners.open[1]?.port);
    expect(await two.reply()).toMatch(/^421 4\.7\.0 Too many connections/);
    one.end();
    await expect.poll(async () => (await gate.client().reply()).slice(0, 3)).toBe('220');
  });
});

describe('a proxy', () => {
  it('tells the client with a PROXY header, when it is trusted', async () => {
    await open({ listener: { proxyFrom: ['127.0.0.0/8'] } });
    const client = gate.client();
    client.socket.write('PROXY TCP4 192.0.2.55 127.0.0.1 4711 25\r\n');
    await client.reply();
    await client.talk('EHLO client.test', 'MAIL FROM:<a@x.test>', 'RCPT TO:<b@us.example>', 'DATA');
    await client.say('x\r\n.\r\n');
    expect(gate.taken[0]?.envelope.ip).toBe('192.0.2.55');
    client.end();
    const garbage = gate.client();
    garbage.socket.write('EHLO client.test\r\n');
    expect(await garbage.reply()).not.toMatch(/^2/);
  });

  it.each([
    ['IPv4', '2111000c', 'c0000237 7f000001 1267 0019', '192.0.2.55'],
    ['IPv4 with additions', '21110013', 'c0000237 7f000001 1267 0019 04 0004 deadbeef', '192.0.2.55'],
    [
      'IPv6',
      '21210024',
      '20010db8000000000000000000000055 00000000000000000000000000000001 1267 0019',
      '2001:db8::55',
    ],
    ['LOCAL', '20000000', '', '127.0.0.1'],
  ])('tells the client with a binary header (version 2), %s', async (_, what, addresses, ip) => {
    await open({ listener: { proxyFrom: ['127.0.0.0/8'] } });
    const client = gate.client();
    const bytes = Buffer.from(`0d0a0d0a000d0a515549540a${what}${addresses.replaceAll(' ', '')}`, 'hex');
    // However it is cut.
    client.socket.setNoDelay();
    client.socket.write(bytes.subarray(0, 13));
    await new Promise((resolve) => client.socket.write(bytes.subarray(13), resolve));
    await client.toData();
    await client.say('x\r\n.\r\n');
    expect(gate.taken[0]?.envelope.ip).toBe(ip);
    client.end();
  });

  it('with a binary header that is none is not heard, and a stranger with one is a client without manners', async () => {
    const signature = '0d0a0d0a000d0a515549540a';
    await open({ listener: { proxyFrom: ['127.0.0.1'] } });
    for (const bad of [`${signature}22110000`, '0d0a0d0a00ff', `${signature}2111ffff`]) {
      const client = gate.client();
      client.socket.write(Buffer.from(bad, 'hex'));
      expect(await client.reply()).toBe('');
    }
    await gate.stop();
    await open({ listener: { proxyFrom: ['192.0.2.1'] } });
    const stranger = gate.client();
    stranger.socket.write(Buffer.from(`${signature}2111000cc00002377f00000112670019`, 'hex'));
    expect(await stranger.reply()).not.toMatch(/^2/);
  });

  it('is not believed otherwise', async () => {
    await open({ listener: { proxyFrom: ['192.0.2.1'], xclientFrom: ['192.0.2.1'] } });
    const client = gate.client();
    client.socket.write('PROXY TCP4 192.0.2.55 127.0.0.1 4711 25\r\n');
    expect(await client.reply()).toMatch(/^421 /);
    const other = gate.client();
    await other.reply();
    expect(await other.say('EHLO client.test\r\n')).not.toContain('XCLIENT');
    expect(await other.say('XCLIENT ADDR=10.0.0.1\r\n')).toMatch(/^550 /);
    other.end();
  });

  it('tells the client with XCLIENT, and the client is judged by its own address', async () => {
    await open({
      listener: { xclientFrom: ['127.0.0.1'] },
      relayNetworks: ['10.0.0.0/8'],
      senderGroups: [
        { name: 'RELAYLIST', policy: 'RELAYED' },
        { name: 'BLOCKED_LIST', policy: 'BLOCKED', senders: ['192.0.2.66'] },
      ],
    });
    const client = gate.client();
    await client.reply();
    expect(await client.say('EHLO proxy.test\r\n')).toContain('XCLIENT NAME ADDR');
    expect(await client.say('XCLIENT ADDR=10.1.1.1 NAME=inside.test\r\n')).toMatch(/^220 /);
    await client.talk('EHLO client.test');
    expect((await client.talk('MAIL FROM:<a@x.test>', 'RCPT TO:<c@dom.test>'))[1]).toMatch(/^250 /);
    expect(await client.say('XCLIENT ADDR=192.0.2.9\r\n')).toMatch(/^550 /);
    client.end();
    const blocked = await greeted();
    expect(await blocked.say('XCLIENT ADDR=192.0.2.66\r\n')).toMatch(/^554 5\.7\.1 /);
    expect(await blocked.reply()).toBe('');
    const evil = await greeted();
    expect(await evil.say('XCLIENT NAME=a+0D+0Ab\r\n')).toMatch(/^501 /);
    evil.end();
  });
});

describe('a client that breaks the rules', () => {
  it.each([
    'NOOP\n',
    'NO\rOP\r\n',
    'NOOP\0\r\n',
    'NOOP\r\r\n',
    'MAIL FROM:<a@x.test>\nRCPT TO:<b@us.example>\r\n',
  ])('%j is no command, and the last thing heard', async (line) => {
    await open();
    const client = await greeted();
    expect(await client.say(line)).toMatch(/^500 5\.5\.2 /);
    expect(await client.reply()).toBe('');
  });

  it('may not send the message before it is asked for', async () => {
    await open();
    const client = await greeted();
    await client.talk('MAIL FROM:<a@x.test>', 'RCPT TO:<b@us.example>');
    client.socket.write('DATA\r\nSubject: x\r\n\r\nx\r\n.\r\nMAIL FROM:<evil@x.test>\r\n');
    expect(await client.reply()).toMatch(/^354 /);
    expect(await client.reply()).toMatch(/^503 5\.5\.0 /);
    expect(await client.reply()).toBe('');
    expect(gate.taken).toEqual([]);
  });

  it('may send commands in one packet', async () => {
    await open();
    const client = await greeted();
    client.socket.write('MAIL FROM:<a@x.test>\r\nRCPT TO:<b@us.example>\r\nDATA\r\n');
    const replies = [await client.reply(), await client.reply(), await client.reply()];
    expect(replies.map((reply) => reply.slice(0, 3))).toEqual(['250', '250', '354']);
    client.socket.write('x\r\n.\r\nRSET\r\nQUIT\r\n');
    const rest = [await client.reply(), await client.reply(), await client.reply()];
    expect(rest.map((reply) => reply.slice(0, 3))).toEqual(['250', '250', '221']);
  });

  it('talks before it is greeted: it is not heard', async () => {
    await open();
    const client = gate.client();
    client.socket.write('EHLO x\r\nMAIL FROM:<a@x.test>\r\n');
    expect(await client.reply()).toMatch(/^421 /);
    expect(await client.reply()).toBe('');
  });

  it('makes too many errors', async () => {
    await open();
    const client = await greeted();
    let last = '';
    for (let i = 0; i < 30 && !last.startsWith('421'); i++)
      last = await client.say('MAIL FROM:<nonsense\r\n');
    expect(last).toBe('421 4.7.0 Too many errors.');
    expect(await client.reply()).toBe('');
  });

  it('sends a byte now and then', async () => {
    await open({}, { limits: { ...SMTP_LIMITS, commandMs: 300 } });
    const client = await greeted();
    const drip = setInterval(() => client.socket.write('N'), 50);
    expect(await client.reply()).toMatch(/^421 4\.4\.2 /);
    clearInterval(drip);
    expect(await client.reply()).toBe('');
  });

  it('trickles in DATA', async () => {
    await open({}, { limits: { ...SMTP_LIMITS, slowMs: 200, dataRate: 1000 } });
    const client = gate.client();
    await client.toData();
    const drip = setInterval(() => client.socket.write('z'), 50);
    expect(await client.reply()).toMatch(/^421 4\.4\.2 /);
    clearInterval(drip);
    expect(await client.reply()).toBe('');
  });

  it('opens a connection and goes while it is still looked up', async () => {
    let found: (names: string[]) => void = () => undefined;
    const dns = {
      reverse: () =>
        new Promise<string[]>((resolve) => {
          found = resolve;
        }),
      addresses: () => Promise.resolve([]),
    };
    await open(
      {
        ...strangers({ connections: 1 }),
        senderGroups: [{ name: 'H', policy: 'TRUSTED', senders: ['.x.test'] }],
      },
      { dns },
    );
    const gone = gate.client();
    await new Promise((resolve) => setTimeout(resolve, 300));
    gone.end();
    await new Promise((resolve) => setTimeout(resolve, 100));
    found([]);
    dns.reverse = () => Promise.resolve([]);
    expect(await gate.client().reply()).toMatch(/^220 /);
  });
});

describe('what the client says of its message', () => {
  it('is kept in the envelope: BODY, SMTPUTF8, RET, ENVID, NOTIFY, ORCPT', async () => {
    await open();
    const client = gate.client();
    await client.reply();
    const features = await client.say('EHLO client.test\r\n');
    for (const word of ['PIPELINING', '8BITMIME', 'SMTPUTF8', 'ENHANCEDSTATUSCODES', 'DSN', 'SIZE 20000'])
      expect(features).toContain(word);
    const replies = await client.talk(
      'MAIL FROM:<j\u00f6rg@x.test> BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=QQ+2B1',
      'RCPT TO:<b@us.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;old+40us.example',
      'RCPT TO:<c@us.example>',
      'RCPT TO:<\u30e6@us.example> NOTIFY=NEVER',
      'DATA',
    );
    expect(replies.map((reply) => reply.slice(0, 3))).toEqual(['250', '250', '250', '250', '354']);
    expect(await client.say('Subject: \u00e9\r\n\r\nx\r\n.\r\n')).toMatch(/^250 /);
    expect(gate.taken[0]?.envelope).toMatchObject({
      sender: 'j\u00f6rg@x.test',
      recipients: [
        { address: 'b@us.example' },
        { address: 'c@us.example' },
        { address: '\u30e6@us.example' },
      ],
      body: '8bitmime',
      smtputf8: true,
      dsn: {
        ret: 'HDRS',
        envid: 'QQ+1',
        recipients: [
          { rid: 0, notify: ['SUCCESS', 'FAILURE'], orcpt: 'rfc822;old@us.example' },
          { rid: 2, notify: ['NEVER'] },
        ],
      },
    });
    expect(gate.taken[0]?.bytes.toString()).toContain('with UTF8SMTP id');
    client.end();
  });

  it('does not outlive a MAIL that was refused', async () => {
    await open();
    const client = await greeted();
    expect(await client.say('MAIL FROM:<a@x.test> SMTPUTF8 RET=FULL SIZE=999999\r\n')).toMatch(/^552 /);
    await client.talk('MAIL FROM:<a@x.test>', 'RCPT TO:<b@us.example>', 'DATA');
    await client.say('x\r\n.\r\n');
    expect(gate.taken[0]?.envelope).not.toHaveProperty('smtputf8');
    expect(gate.taken[0]?.envelope).not.toHaveProperty('dsn');
    client.end();
  });

  it('may not be what we do not know: a message that needs it must not go without', async () => {
    await open();
    const client = await greeted();
    for (const strange of ['REQUIRETLS', 'BY=120;N', 'HOLDFOR=60', 'X\u0001=1', '__proto__=1'])
      expect(await client.say(`MAIL FROM:<a@x.test> ${strange}\r\n`)).toMatch(/^(555 5\.5\.4|50\d) /);
    expect(await client.say('MAIL FROM:<a@x.test> REQUIRETLS\r\n')).toBe(
      '555 5.5.4 The parameter REQUIRETLS is not known.',
    );
    const [mail, strange, rcpt] = await client.talk(
      'MAIL FROM:<a@x.test> AUTH=<> BODY=8BITMIME SIZE=10',
      'RCPT TO:<b@us.example> RRVS=2014-04-03T23:01:00Z',
      'RCPT TO:<b@us.example> NOTIFY=DELAY ORCPT=rfc822;b@us.example',
    );
    expect([mail, strange, rcpt].map((one) => one?.slice(0, 3))).toEqual(['250', '555', '250']);
    client.end();
  });

  it.each(['NOTIFY=SOMETIMES', 'NOTIFY=NEVER,DELAY', 'ORCPT=nonsense', 'NOTIFY=DELAY NOTIFY=DELAY'])(
    'RCPT with %s is refused',
    async (parameter) => {
      await open();
      const client = await greeted();
      const [, rcpt] = await client.talk('MAIL FROM:<a@x.test>', `RCPT TO:<b@us.example> ${parameter}`);
      expect(rcpt).toMatch(/^501 /);
      client.end();
    },
  );
});

describe('tracking', () => {
  it('hears of every kind of refusal once, with what is known of it', async () => {
    await open(
      {},
      {
        begin: (envelope) =>
          Promise.resolve({
            ...keep(gate, envelope),
            commit: () =>
              Promise.resolve({
                taken: false as const,
                reply: { code: 550, status: '5.7.1', text: 'No.' },
                by: 'content filter X',
              }),
          }),
      },
    );
    const client = await greeted();
    await client.talk('MAIL FROM:<@>', 'MAIL FROM:<\u00f6@x.test>', 'MAIL FROM:<a@x.test>');
    await client.talk('RCPT TO:<x@dom.test>', 'RCPT TO:<b@us.example>', 'DATA');
    expect(await client.say('x\r\n.\r\n')).toBe('550 5.7.1 No.');
    await expect.poll(() => gate.attempts.length).toBe(3);
    expect(gate.attempts.map(({ stage, sender, recipients }) => ({ stage, sender, recipients }))).toEqual([
      { stage: 'mail', sender: '\u00f6@x.test', recipients: [] },
      { stage: 'data', sender: 'a@x.test', recipients: ['b@us.example'] },
      { stage: 'rcpt', sender: 'a@x.test', recipients: ['x@dom.test'] },
    ]);
    expect(gate.attempts[1]?.refusals[0]).toMatchObject({ by: 'content filter X' });
    client.end();
  });
});

describe('listeners', () => {
  const implicit = (port: number): ConfigPart => ({ listener: { tls: 'implicit', port } });
  it('come, change and go with the configuration; what fails changes nothing', async () => {
    await open({ listeners: [{ name: 'Two', port: 0 }] });
    const two = gate.listeners.open[1]?.port ?? 0;
    const kept = await greeted();
    await expect(
      gate.listeners.apply(
        gateConfig({
          listeners: [
            { name: 'Three', port: two },
            { name: 'Four', port: gate.port },
          ],
        }),
      ),
    ).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(gate.listeners.open.map(({ name }) => name)).toEqual(['IncomingMail', 'Two']);
    await gate.listeners.apply(gateConfig({ hostname: 'new.us.example' }));
    expect(gate.listeners.open).toHaveLength(1);
    expect(await kept.say('NOOP\r\n')).toMatch(/^250 /);
    expect(await gate.client().reply()).toMatch(/^220 new\.us\.example/);
    await expect.poll(() => refused(two)).toBe(true);
  });

  it('change to implicit TLS on the same address, and back', async () => {
    await open();
    const { port } = gate;
    await gate.stop();
    await open({ listener: { port } });
    await gate.listeners.apply(gateConfig(implicit(port)));
    const client = gate.client(port);
    await client.handshake();
    expect(await client.reply()).toMatch(/^220 /);
    client.end();
    await gate.listeners.apply(gateConfig({ listener: { port } }));
    expect(await gate.client(port).reply()).toMatch(/^220 /);
  });
});

const refused = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.on('error', () => resolve(true));
  });
