/** The way out against real servers: what it refuses, what it keeps to, and that refused means not connected. */
import { X509Certificate } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { Fault } from '@sightline/api';
import { afterEach, describe, expect, it } from 'vitest';
import { bodyOf, open, patience, type Site, site, TLS } from './fixture.ts';
import type { Outbound, OutboundOptions } from './outbound.ts';
import type { Question, Reply } from './send.ts';

const closing: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of closing.splice(0)) await one.close();
});
const serve = async (listener: RequestListener, tls?: { key: string; cert: string }): Promise<Site> => {
  const made = await site(listener, tls);
  closing.push(made);
  return made;
};
const way = (options: Partial<OutboundOptions> = {}): Outbound => {
  const made = open(options);
  closing.push(made);
  return made;
};
const get = (url: string, more: Partial<Question> = {}): Question => ({
  method: 'GET',
  url,
  signal: patience(),
  ...more,
});
const faultOf = (asked: Promise<Reply>): Promise<string> =>
  asked.then(
    ({ status }) => `answered ${status}`,
    (error: Fault) => error.code ?? String(error),
  );
const textOf = ({ body }: Reply): string => body.toString();

describe('addresses that lead inside', () => {
  const forms = (port: number): string[] =>
    [
      ...[
        '127.0.0.1',
        '127.1',
        '127.0.1',
        '2130706433',
        '0x7f000001',
        '0x7f.1',
        '0177.0.0.1',
        '0177.1',
        '017700000001',
      ],
      ...[
        '0',
        '0.0.0.0',
        '0x0',
        '00',
        '127.0.0.1.',
        '127.000.000.001',
        '0x7f.0x0.0x0.0x1',
        '127.0.0x1',
        '127.255.255.254',
      ],
      ...['[::1]', '[::]', '[0:0:0:0:0:0:0:1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::ffff:0:7f00:1]'],
      ...[
        '[::127.0.0.1]',
        '[64:ff9b::7f00:1]',
        '[2002:7f00:1::]',
        '[fe80::1]',
        '[fd00:ec2::254]',
        '[fc00::1]',
      ],
      ...[
        'localhost',
        'LOCALHOST',
        'localhost.',
        'lOcAlHoSt.',
        '①②⑦.⓪.⓪.①',
        '１２７.0.0.1',
        '127。0。0。1',
        '127｡0｡0｡1',
      ],
      ...[
        '169.254.169.254',
        '2852039166',
        '0xa9fea9fe',
        '0251.0376.0251.0376',
        '[::ffff:a9fe:a9fe]',
        '10.0.0.1',
        '192.168.0.1',
      ],
      ...[
        '172.16.0.1',
        '100.64.0.1',
        '198.18.0.1',
        '224.0.0.1',
        '255.255.255.255',
        'rebound.test',
        'mixed.test',
      ],
    ].flatMap((host) => [`http://${host}:${port}/`, `https://${host}:${port}/`]);

  it('are never connected to, however they are written', async () => {
    const canary = await serve((_, res) => res.end('inside'));
    const resolve = async (host: string): Promise<string[]> => {
      if (host === 'mixed.test') return ['203.0.114.1', '127.0.0.1'];
      if (/^(localhost|rebound\.test)$/.test(host)) return ['127.0.0.1'];
      throw Object.assign(new Error(host), { code: 'ENOTFOUND' });
    };
    const { send } = way({ allow: [], resolve });
    const all = forms(canary.port);
    expect(all.length).toBeGreaterThan(100);
    for (const url of all) expect([url, await faultOf(send(get(url)))]).toEqual([url, 'address_refused']);
    expect(canary.connections()).toBe(0);
  });

  it('cannot be hidden in other parts of an address', async () => {
    const canary = await serve((_, res) => res.end('inside'));
    const { send } = way({ allow: [], resolve: async () => ['127.0.0.1'] });
    const at = `127.0.0.1:${canary.port}`;
    const wrong = [
      `https://good.example@${at}/`,
      `https://user:secret@${at}/`,
      `https:${at}`,
      `https:/${at}`,
      `https:\\\\${at}\\`,
      `HTTPS://${at}/`,
      `hTTp://${at}`,
      `https://${at}#@good.example/`,
      `https://${at}\\@good.example/`,
      `\thttps://${at}/`,
      `ftp://${at}/`,
      `file:///etc/passwd`,
      `gopher://${at}/`,
      `javascript:alert(1)`,
      `data:application/json,{}`,
      `//${at}/`,
      at,
      '',
      'https://',
      'https:///',
      `https://${'a'.repeat(5000)}.example/`,
    ];
    for (const url of wrong) {
      const code = await faultOf(send(get(url)));
      expect([url, ['address_refused', 'malformed_api_url'].includes(code)]).toEqual([url, true]);
    }
    expect(canary.connections()).toBe(0);
  });

  it('do not come in by a name that changes after it was checked', async () => {
    const canary = await serve((_, res) => res.end('inside'));
    let asked = 0;
    const resolve = async (): Promise<string[]> => {
      asked += 1;
      return asked === 1 ? ['192.0.3.1'] : ['127.0.0.1'];
    };
    const { send } = way({ allow: ['192.0.3.1'], resolve, connectMs: 200 });
    expect(await faultOf(send(get(`http://rebinding.test:${canary.port}/`)))).toBe('connection_error');
    expect([asked, canary.connections()]).toEqual([1, 0]);
    expect(await faultOf(send(get(`http://rebinding.test:${canary.port}/`)))).toBe('address_refused');
    expect(canary.connections()).toBe(0);
  });

  it('are not followed to: a redirect is an answer that names where it points', async () => {
    const canary = await serve((_, res) => res.end('inside'));
    const redirecting = await serve((_, res) =>
      res.writeHead(302, { location: `${canary.url}/latest` }).end(),
    );
    const refused = way().send(get(redirecting.url));
    await expect(refused).rejects.toThrow(`127.0.0.1 sends on to 127.0.0.1:${canary.port}.`);
    expect(canary.connections()).toBe(0);
  });
});

describe('public addresses', () => {
  it('need https and a port that is not of another protocol', async () => {
    const { send } = way({ allow: [], resolve: async () => ['192.0.3.1'], connectMs: 50 });
    expect(await faultOf(send(get('http://public.test/')))).toBe('address_refused');
    expect(await faultOf(send(get('https://public.test:25/')))).toBe('address_refused');
    expect(await faultOf(send(get('https://public.test:8443/')))).toBe('connection_error');
  });
});

describe('a request', () => {
  it('says the name in Host, keeps the connection, and hands on headers and body', async () => {
    const seen: unknown[] = [];
    const there = await serve(async (req, res) => {
      seen.push([req.method, req.url, req.headers.host, req.headers['x-one'], await bodyOf(req)]);
      res.setHeader('x-two', '2').end('{"a":1}');
    });
    const { send } = way({ resolve: async () => ['127.0.0.1'] });
    const url = `http://Relay.Test:${there.port}/a/b?c=d%2Fe`;
    const reply = await send(get(url, { method: 'POST', headers: { 'x-one': '1' }, body: '{"é":1}' }));
    expect(reply).toMatchObject({ status: 200, headers: { 'x-two': '2' }, host: 'relay.test' });
    expect(textOf(reply)).toBe('{"a":1}');
    await send(get(url));
    const host = `relay.test:${there.port}`;
    expect(seen).toEqual([
      ['POST', '/a/b?c=d%2Fe', host, '1', '{"é":1}'],
      ['GET', '/a/b?c=d%2Fe', host, undefined, ''],
    ]);
    expect(there.connections()).toBe(1);
  });

  it('hands on any status, and fails with a reason where there is no answer', async () => {
    const there = await serve((req, res) => {
      if (req.url === '/reset') req.socket.destroy();
      else res.writeHead(404).end('no');
    });
    const { send } = way();
    expect((await send(get(there.url))).status).toBe(404);
    await expect(send(get(`${there.url}/reset`))).rejects.toThrow(
      '127.0.0.1 cannot be reached: it ended the connection.',
    );
    await there.close();
    await expect(send(get(there.url))).rejects.toThrow('nothing listens there');
  });

  it('ends at its time, whether no head comes or the body drips', async () => {
    const there = await serve((req, res) => {
      if (req.url === '/silent') return;
      const drip = setInterval(() => res.write(' '), 20);
      res.once('close', () => clearInterval(drip));
    });
    const { send } = way();
    for (const path of ['/silent', '/drip']) {
      const began = performance.now();
      expect(await faultOf(send(get(there.url + path, { timeoutMs: 150 })))).toBe('answer_timeout');
      expect(performance.now() - began).toBeLessThan(1500);
    }
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('nobody waits')), 50);
    await expect(send(get(`${there.url}/silent`, { signal: stop.signal }))).rejects.toThrow('nobody waits');
  });

  it('is refused answers that are too large, packed or not', async () => {
    const zeros = Buffer.alloc(4 * 1024 * 1024);
    const thrice = gzipSync(gzipSync(gzipSync(zeros)));
    const there = await serve((req, res) => {
      if (req.url === '/plain') res.end(zeros);
      if (req.url === '/gzip') res.setHeader('content-encoding', 'gzip').end(gzipSync(zeros));
      if (req.url === '/br') res.setHeader('content-encoding', 'br').end(brotliCompressSync(zeros));
      if (req.url === '/thrice') res.setHeader('content-encoding', 'gzip, gzip, gzip').end(thrice);
      if (req.url === '/many') res.setHeader('content-encoding', Array(6).fill('gzip').join()).end('x');
      if (req.url === '/odd') res.setHeader('content-encoding', 'lzma').end('x');
      if (req.url === '/broken') res.setHeader('content-encoding', 'gzip').end('this is not gzip');
      if (req.url === '/good')
        res.setHeader('content-encoding', 'deflate, gzip').end(gzipSync(deflateSync('good')));
    });
    const { send } = way();
    const outcome = (path: string) => faultOf(send(get(there.url + path, { maxBytes: 1024 * 1024 })));
    for (const path of ['/plain', '/gzip', '/br', '/thrice'])
      expect(await outcome(path)).toBe('answer_too_large');
    for (const path of ['/many', '/odd', '/broken']) expect(await outcome(path)).toBe('answer_invalid');
    expect(textOf(await send(get(`${there.url}/good`)))).toBe('good');
  });

  it('waits for its place at a host', async () => {
    let now = 0;
    let most = 0;
    const there = await serve((_, res) => {
      now += 1;
      most = Math.max(most, now);
      setTimeout(() => {
        now -= 1;
        res.end('{}');
      }, 20);
    });
    const { send } = way();
    await Promise.all(Array.from({ length: 24 }, () => send(get(there.url))));
    expect(most).toBe(8);
  });
});

describe('TLS', () => {
  it('trusts a certificate by its fingerprint alone', async () => {
    const there = await serve((_, res) => res.end('{}'), TLS);
    const pin = new X509Certificate(TLS.cert).fingerprint256;
    const { send } = way();
    await expect(send(get(there.url))).rejects.toThrow(
      'its certificate is self-signed; enter its fingerprint',
    );
    expect((await send(get(there.url, { pin }))).status).toBe(200);
    expect((await send(get(there.url, { pin: pin.replaceAll(':', '').toLowerCase() }))).status).toBe(200);
    const other = send(get(there.url, { pin: '00'.repeat(32) }));
    await expect(other).rejects.toThrow('its certificate is another one than you trust');
    await expect(send(get(there.url))).rejects.toThrow('self-signed');
  });
});
