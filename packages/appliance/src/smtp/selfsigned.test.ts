import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keptSelfSigned, selfSigned } from './selfsigned.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'cert-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

it('is one that a strict client accepts as its own authority', async () => {
  const { certificate, privateKey } = selfSigned('esa.example.com', Date.now());
  const parsed = new X509Certificate(certificate);
  expect(parsed.checkHost('esa.example.com')).toBe('esa.example.com');
  expect(parsed.verify(parsed.publicKey)).toBe(true);
  const server = createServer({ cert: certificate, key: privateKey }, (socket) => socket.end('hello'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const text = await new Promise<string>((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', ca: certificate, servername: 'esa.example.com' });
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      resolve(String(chunk));
      socket.destroy();
    });
  });
  server.close();
  expect(text).toBe('hello');
});

it.each(['b\u00fccher.example', 'not a name', 'x'.repeat(255), `${'a'.repeat(60)}.example.com`])(
  'can be made for %s, also when its end is beyond 2049',
  (hostname) => {
    const { certificate } = selfSigned(hostname, Date.UTC(2045, 0, 1));
    expect(new X509Certificate(certificate).validToDate.getUTCFullYear()).toBe(2054);
  },
);

it('is made once, readable by the owner only, and again when it is nearly over', async () => {
  const path = join(dir, 'self-signed.pem');
  const now = Date.now();
  const first = await keptSelfSigned(path, 'esa.example.com', now);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(await keptSelfSigned(path, 'other.example.com', now + 86_400_000)).toEqual(first);
  const later = await keptSelfSigned(path, 'esa.example.com', now + 3640 * 86_400_000);
  expect(later.certificate).not.toBe(first.certificate);
});
