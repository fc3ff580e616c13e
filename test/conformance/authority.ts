/** A certificate authority for one run: relays fetch keys and ask their sources by HTTPS only. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Authority {
  /** File of the authority's certificate. */
  file: string;
  key: string;
  cert: string;
}

function openssl(dir: string, ...args: string[]): void {
  const ran = spawnSync('openssl', args, { cwd: dir, encoding: 'utf8' });
  if (ran.status !== 0) throw new Error(`openssl ${args[0]} failed: ${ran.stderr || ran.error?.message}`);
}

/** An authority in a folder, and one certificate of it for all of these names. */
export function authority(dir: string, names: readonly string[]): Authority {
  const subject = (name: string) => ['-subj', `/CN=${name}`];
  const request = ['req', '-newkey', 'rsa:2048', '-nodes'];
  openssl(
    dir,
    ...request,
    '-x509',
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '2',
    ...subject('Conformance'),
  );
  openssl(dir, ...request, '-keyout', 'site.key', '-out', 'site.csr', ...subject('localhost'));
  writeFileSync(join(dir, 'names'), `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`);
  const signing = ['x509', '-req', '-in', 'site.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'];
  openssl(dir, ...signing, '-out', 'site.pem', '-days', '2', '-extfile', 'names');
  return {
    file: join(dir, 'ca.pem'),
    key: readFileSync(join(dir, 'site.key'), 'utf8'),
    cert: readFileSync(join(dir, 'site.pem'), 'utf8'),
  };
}
