import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Config, fail } from '@sightline/api';
import fc from 'fast-check';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSocket } from '../socket.ts';
import { connectMta, type MtaLink } from './connect.ts';
import type { Mta, MtaStatus } from './contract.ts';
import { frames, MOST } from './frames.ts';
import { serveMta } from './serve.ts';

const log = pino({ level: 'silent' });
const STATUS: MtaStatus = {
  hostname: 'esa',
  listener: '127.0.0.1:25',
  since: '2026-01-01T00:00:00.000Z',
  accepted: 1,
  delivered: 0,
  bounced: 0,
  deferred: 0,
  rejected: 0,
  queued: 0,
  oldestQueued: null,
  generation: 3,
  listening: true,
  problem: '',
  version: '1',
};

let dir: string;
let path: string;
let channel: ReturnType<typeof serveMta>;
let link: MtaLink;
let mta: Mta;
let connections: number;

const open = async (): Promise<void> => {
  channel = serveMta(mta, log);
  await openSocket(channel.server, path);
};

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'mta-'));
  path = join(dir, 'run', 'mta.sock');
  connections = 0;
  mta = {
    mail: {
      apply: async (config, generation) => {
        if (generation === 13) throw fail('apply_failed', { reason: `${config.hostname} is unlucky` });
        if (generation === 14) throw new Error('secret of the inside');
        return undefined;
      },
      status: async () => STATUS,
      metrics: async () => 'x'.repeat(3_000_000),
    },
    events: { take: async () => ({ events: [], until: 7 }) },
  } as Partial<Mta> as Mta;
  await open();
  link = connectMta({ path, log, connected: () => void connections++ });
});
afterEach(async () => {
  link.close();
  await channel.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('a command', () => {
  it('goes there and back, large answers too', async () => {
    expect(await link.mta.mail.status()).toEqual(STATUS);
    expect(await link.mta.mail.apply(Config.parse({}), 4)).toBeUndefined();
    expect((await link.mta.mail.metrics()).length).toBe(3_000_000);
    expect(await Promise.all([1, 2, 3].map(() => link.mta.events.take(0)))).toHaveLength(3);
  });

  it('that fails rejects with the fault; what nobody expected is told by its trace only', async () => {
    await expect(link.mta.mail.apply(Config.parse({}), 13)).rejects.toMatchObject({
      code: 'apply_failed',
      details: { reason: 'esa.sightline.test is unlucky' },
    });
    const unexpected = link.mta.mail.apply(Config.parse({}), 14);
    await expect(unexpected).rejects.toMatchObject({ code: 'internal' });
    await expect(unexpected).rejects.not.toThrow('secret');
  });

  it('is checked by its schema at both ends', async () => {
    await expect(link.mta.events.take(-1)).rejects.toMatchObject({ code: 'bad_request' });
    await expect(link.mta.mail.apply({} as never, 0)).rejects.toMatchObject({ code: 'bad_request' });
    mta.mail.status = async () => ({ ...STATUS, accepted: 'many' }) as never;
    await expect(link.mta.mail.status()).rejects.toThrow('accepted');
  });

  it('finds the mail process again after it was away', async () => {
    await link.mta.mail.status();
    await channel.close();
    await expect(link.mta.mail.status()).rejects.toMatchObject({ code: 'mail_down', status: 503 });
    const waiting = link.mta.mail.status();
    await open();
    expect(await waiting).toEqual(STATUS);
    expect(connections).toBe(2);
  });

  it('that is under way when the mail process ends is told so', async () => {
    mta.events.take = () => new Promise(() => undefined);
    const lost = link.mta.events.take(0);
    await link.mta.mail.status();
    const gone = expect(lost).rejects.toMatchObject({ code: 'mail_down' });
    await channel.close();
    await gone;
  });
});

describe('the socket', () => {
  it('is open to its user alone', () => {
    expect(statSync(join(dir, 'run')).mode & 0o777).toBe(0o700);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  const raw = async (): Promise<Socket> => {
    const socket = createConnection(path);
    socket.on('error', () => undefined);
    await new Promise((done) => socket.once('connect', done));
    return socket;
  };
  const closed = (socket: Socket) => new Promise((done) => socket.once('close', done));

  it.each([
    ['no JSON', Buffer.from([0, 0, 0, 2, 0x7b, 0x7b])],
    ['a frame without end', Buffer.from([0xff, 0xff, 0xff, 0xff])],
    ['JSON that is no command', Buffer.from([0, 0, 0, 4, ...Buffer.from('null')])],
  ])('hangs up on %s, and others do not notice', async (_, bytes) => {
    const socket = await raw();
    const gone = closed(socket);
    socket.write(bytes);
    await gone;
    expect(await link.mta.mail.status()).toEqual(STATUS);
  });

  it.each([
    ['mail', 'constructor'],
    ['constructor', 'name'],
    ['__proto__', 'toString'],
    ['nowhere', 'status'],
  ])('has no command %s.%s', async (room, command) => {
    const socket = await raw();
    const answer = new Promise((done) => {
      frames(socket, done)({ id: 1, room, command, args: [] });
    });
    expect(await answer).toMatchObject({ id: 1, fault: { code: 'not_found' } });
    socket.destroy();
  });
});

it('frames come whole however the bytes are cut, and none is larger than agreed', () => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue(), { maxLength: 8 }),
      fc.integer({ min: 1, max: 50 }),
      (values, size) => {
        const sent: Buffer[] = [];
        const out = { on: () => undefined, write: (bytes: Buffer) => sent.push(bytes), destroyed: false };
        const send = frames(out as unknown as Socket, () => undefined);
        for (const value of values) send(value);
        const got: unknown[] = [];
        let feed: (chunk: Buffer) => void = () => undefined;
        const into = { on: (_: string, hear: typeof feed) => (feed = hear), destroyed: false };
        frames(into as unknown as Socket, (value) => got.push(value));
        const bytes = Buffer.concat(sent);
        for (let i = 0; i < bytes.length; i += size) feed(bytes.subarray(i, i + size));
        expect(JSON.stringify(got)).toBe(JSON.stringify(values));
      },
    ),
  );
  const out = { on: () => undefined, write: () => true, destroyed: false };
  expect(() => frames(out as unknown as Socket, () => undefined)('x'.repeat(MOST))).toThrow('too large');
});
