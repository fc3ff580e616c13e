import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ListenersParts } from './listeners.ts';
import { type Envelope, SMTP_LIMITS, type SmtpLimits } from './parts.ts';
import { type Client, type Gate, gateConfig, keep, startGate } from './testgate.ts';

let gate: Gate;

async function open(
  more: Partial<ListenersParts> = {},
  part: Parameters<typeof gateConfig>[0] = {},
): Promise<void> {
  gate = await startGate(gateConfig(part), more);
}
const limited = (limits: Partial<SmtpLimits>): Partial<ListenersParts> => ({
  limits: { ...SMTP_LIMITS, ...limits },
});
const connect = (): Client => gate.client();

afterEach(() => gate.stop());

async function rcpt(address: string): Promise<string> {
  const client = connect();
  await client.reply();
  await client.say('EHLO client.test\r\n');
  await client.say('MAIL FROM:<a@x.test>\r\n');
  const reply = await client.say(Buffer.from(`RCPT TO:${address}\r\n`));
  client.socket.destroy();
  return reply;
}

describe('open relay', () => {
  beforeEach(() => open());

  it.each([
    '<user@dom.test>',
    '<user%dom.test@us.example>',
    '<user%dom.test@esa.us.example>',
    '<@us.example:user@dom.test>',
    '<@us.example,@x.test:user@dom.test>',
    '<"user@dom.test"@us.example>',
    '<"user%dom.test"@us.example>',
    '<user@dom.test@us.example>',
    '<us.example!dom.test!user@us.example>',
    '<dom.test!user@us.example>',
    '<dom.test!user>',
    '<user%dom.test>',
    '<user@[127.0.0.1]>',
    '<user@dom.test@[127.0.0.1]>',
    '<user@[IPv6:::1]>',
    '<user@us.example.dom.test>',
    '<user@notus.example>',
    '<user@sub.us.example>',
    '<user@us.example.@dom.test>',
    '<user@us.example\t@dom.test>',
    '<user@dom.test>(<b@us.example>)',
    '<b@us.example',
    'b@us.example>',
    '<>',
    '<user>',
    '<b@us.example.>',
    '<user@us.example\0.dom.test>',
    '<user@us\u3002example.dom.test>',
    '<user@xn--us-example-dom.test>',
  ])('%s is refused for good', async (address) => {
    expect(await rcpt(address)).toMatch(/^5\d\d 5\.\d\.\d /);
  });

  it.each([
    '<b@us.example>',
    '<b@US.Example>',
    '<b@a.sub.us.example>',
    '<b@a.b.sub.us.example>',
    '<b@xn--bcher-kva.example>',
    '<b@b\u00fccher.example>',
    '<b@us\u3002example>',
    '<@relay.test:b@us.example>',
    '<postmaster>',
    '<Postmaster@us.example>',
  ])('%s is ours', async (address) => {
    expect(await rcpt(address)).toMatch(/^250 2\.1\.5 /);
  });

  it('names the reason', async () => {
    expect(await rcpt('<user@dom.test>')).toBe('550 5.7.1 Relaying denied.');
    expect(gate.rejected).toBe(1);
  });

  it('lets only the relay networks send anywhere', async () => {
    await gate.stop();
    await open({}, { relayNetworks: ['127.0.0.0/8'] });
    expect(await rcpt('<user@dom.test>')).toMatch(/^250 /);
    expect(await rcpt('<user%x@dom.test>')).toMatch(/^250 /);
  });
});

describe('end of data', () => {
  beforeEach(() => open());
  const smuggled =
    'MAIL FROM:<evil@x.test>\r\nRCPT TO:<b@us.example>\r\nDATA\r\nSubject: smuggled\r\n\r\nx\r\n';

  it.each([
    '\n.\n',
    '\n.\r',
    '\r.\n',
    '\r.\r',
    '\n.\r\n',
    '\r.\r\n',
    '\r\n\0.\r\n',
    '\r\n.\n',
    '\r\n.\r',
    '\r\n.\r\r\n',
    '\r\r\n.\r\n\n',
  ])('%j does not end it, and the message is refused', async (end) => {
    const client = connect();
    await client.toData();
    client.socket.write(`Subject: x\r\n\r\nhello${end}${smuggled}`);
    // What stands before the true end is one message; nothing behind it is heard any more.
    const reply = await client.say('\r\n.\r\n');
    expect(reply).toMatch(/^550 5\.6\.0 /);
    expect(await client.reply()).toBe('');
    expect(gate.taken).toEqual([]);
    client.socket.destroy();
  });

  it('is found wherever the network cuts the stream', async () => {
    const client = connect();
    await client.toData();
    const message = 'Subject: x\r\n\r\n..dot\r\n...\r\n.\r\n';
    client.socket.setNoDelay(true);
    for (const byte of message) {
      client.socket.write(byte);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(await client.reply()).toBe('250 2.0.0 ok:  Message 2 accepted');
    expect(gate.taken[0]?.bytes.toString().split('\r\n').slice(2).join('\r\n')).toBe(
      'Subject: x\r\n\r\n.dot\r\n..\r\n',
    );
    client.socket.destroy();
  });

  it('belongs to the message where it was sent: what follows is the next command', async () => {
    const client = connect();
    await client.toData();
    client.socket.write(`Subject: x\r\n\r\nx\r\n.\r\nRSET\r\nNOOP\r\n`);
    expect(await client.reply()).toMatch(/^250 2\.0\.0 ok:/);
    expect(await client.reply()).toMatch(/^250 /);
    expect(await client.reply()).toMatch(/^250 /);
    client.socket.destroy();
  });
});

describe('limits', () => {
  it('refuses what is too large, announced or not, and goes on', async () => {
    await open();
    const client = connect();
    await client.reply();
    expect(await client.say('EHLO x\r\n')).toContain('SIZE 20000');
    expect(await client.say('MAIL FROM:<a@x.test> SIZE=20001\r\n')).toMatch(/^552 5\.3\.4 /);
    await client.say('MAIL FROM:<a@x.test>\r\n');
    await client.say('RCPT TO:<b@us.example>\r\n');
    await client.say('DATA\r\n');
    expect(await client.say(`X: y\r\n\r\n${'z'.repeat(30_000)}\r\n.\r\n`)).toMatch(/^552 5\.3\.4 /);
    expect(await client.say('NOOP\r\n')).toMatch(/^250 /);
    expect(gate.taken).toEqual([]);
    client.socket.destroy();
  });

  it('hangs up on a message without an end', async () => {
    await open();
    const client = connect();
    await client.toData();
    const flood = setInterval(() => client.socket.write('z'.repeat(100_000)), 10);
    expect(await client.reply()).toMatch(/^421 4\.4\.2 /);
    clearInterval(flood);
    expect(await client.reply()).toBe('');
    expect(gate.taken).toEqual([]);
  });

  it('counts connections, recipients and messages', async () => {
    const few = { name: 'ACCEPTED', messagesPerConnection: 1, recipientsPerMessage: 2, connections: 2 };
    await open({}, { flowPolicies: [few] });
    const [one, two, three] = [connect(), connect(), connect()];
    expect(
      (await Promise.all([one.reply(), two.reply(), three.reply()])).filter((r) => r.startsWith('421')),
    ).toHaveLength(1);
    const client = [one, two, three].find((c) => !c.socket.readableEnded && !c.socket.destroyed);
    one.socket.destroy();
    two.socket.destroy();
    three.socket.destroy();
    expect(client).toBeDefined();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const many = connect();
    await many.reply();
    await many.say('EHLO x\r\n');
    await many.say('MAIL FROM:<>\r\n');
    await many.say('RCPT TO:<a@us.example>\r\n');
    await many.say('RCPT TO:<b@us.example>\r\n');
    expect(await many.say('RCPT TO:<c@us.example>\r\n')).toMatch(/^452 4\.5\.3 /);
    await many.say('DATA\r\n');
    expect(await many.say('x\r\n.\r\n')).toMatch(/^250 /);
    expect(await many.say('MAIL FROM:<>\r\n')).toMatch(/^421 4\.7\.0 /);
    many.socket.destroy();
  });

  it('drops silent clients', async () => {
    await open(limited({ idleMs: 100 }));
    const client = connect();
    await client.reply();
    expect(await client.reply()).toMatch(/^(421 .*)?$/);
    expect(await client.reply()).toBe('');
  });

  it('refuses control characters in HELO and addresses, and long lines', async () => {
    await open();
    const client = connect();
    await client.reply();
    expect(await client.say('EHLO a\x01b\r\n')).toMatch(/^501 /);
    await client.say('EHLO x\r\n');
    expect(await client.say('MAIL FROM:<a\x01@x.test>\r\n')).toMatch(/^5/);
    expect(await client.say('MAIL FROM:<a\x7f@x.test>\r\n')).toMatch(/^5/);
    expect(await client.say('MAIL FROM:<\u00e4@x.test>\r\n')).toMatch(/^553 5\.6\.7 /);
    client.socket.write(`NOOP ${'x'.repeat(5000)}\r\n`);
    expect(await client.reply()).toMatch(/^(5|4|$)/);
    client.socket.destroy();
  });

  it('offers neither AUTH without TLS nor tricks', async () => {
    await open({}, { listener: { tls: 'none' } });
    const client = connect();
    await client.reply();
    const features = await client.say('EHLO x\r\n');
    expect(features).not.toMatch(/AUTH|STARTTLS|XCLIENT|XFORWARD|CHUNKING/);
    for (const command of ['AUTH PLAIN AAA=', 'STARTTLS', 'EXPN b', 'WIZ x', 'XCLIENT NAME=x', 'BDAT 3 LAST'])
      expect(await client.say(`${command}\r\n`)).toMatch(/^5\d\d /);
    // Every server has to know VRFY, none has to answer it (RFC 5321 sections 3.5.3 and 4.5.1).
    for (const name of ['b@us.example', 'nobody@us.example'])
      expect(await client.say(`VRFY ${name}\r\n`)).toMatch(/^252 2\.1\.5 /);
    client.socket.destroy();
  });
});

describe('a client that goes away', () => {
  it('in the middle of DATA leaves nothing', async () => {
    let discarded = 0;
    await open({
      begin: (envelope) =>
        Promise.resolve({ ...keep(gate, envelope), discard: () => Promise.resolve(void discarded++) }),
    });
    const client = connect();
    await client.toData();
    client.socket.write('Subject: x\r\n\r\nhalf');
    await new Promise((resolve) => setTimeout(resolve, 50));
    client.socket.destroy();
    await expect.poll(() => discarded).toBe(1);
    expect(gate.taken).toEqual([]);
  });
});

describe('trouble of the queue', () => {
  it.each([
    ['begin', { begin: () => Promise.reject(new Error('disk')) }, /^451 4\.3\.0 /],
    [
      'begin, full',
      { begin: () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })) },
      /^452 4\.3\.1 /,
    ],
    [
      'write',
      {
        begin: (e: Envelope) =>
          Promise.resolve({ ...keep(gate, e), write: () => Promise.reject(new Error('disk')) }),
      },
      /^451 4\.3\.0 /,
    ],
    [
      'commit',
      {
        begin: (e: Envelope) =>
          Promise.resolve({ ...keep(gate, e), commit: () => Promise.reject(new Error('disk')) }),
      },
      /^451 4\.3\.0 /,
    ],
    [
      'loop',
      {
        begin: (e: Envelope) =>
          Promise.resolve({
            ...keep(gate, e),
            commit: () =>
              Promise.resolve({
                taken: false as const,
                reply: { code: 554, status: '5.4.6', text: 'The message has passed too many hosts.' },
              }),
          }),
      },
      /^554 5\.4\.6 /,
    ],
  ])('at %s is told, and the connection goes on', async (_name, parts, reply) => {
    await open(parts as Partial<ListenersParts>);
    const client = connect();
    await client.toData();
    expect(await client.say('Subject: x\r\n\r\nx\r\n.\r\n')).toMatch(reply);
    expect(await client.say('NOOP\r\n')).toMatch(/^250 /);
    client.socket.destroy();
  });
});
