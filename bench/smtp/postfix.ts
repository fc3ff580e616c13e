import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Start } from '../smtp.ts';
import { freePort, listening } from './load.ts';

/** An instance of its own that touches nothing of the machine's; full durability is Postfix's default. */
export const postfix: Start = async (dir, sink) => {
  if (process.getuid?.() !== 0) throw new Error('Postfix can be started by root only.');
  const port = await freePort();
  const conf = join(dir, 'conf');
  for (const name of ['conf', 'queue', 'data']) mkdirSync(join(dir, name), { recursive: true });
  const uid = Number(spawnSync('id', ['-u', 'postfix'], { encoding: 'utf8' }).stdout);
  chownSync(join(dir, 'data'), uid, uid);
  writeFileSync(join(conf, 'main.cf'), main(dir, sink));
  writeFileSync(join(conf, 'master.cf'), master(port));
  const control = (verb: string) =>
    spawnSync('postfix', ['-c', conf, verb], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const started = control('start');
  if (started.status !== 0) throw new Error(`Postfix does not start: ${started.stderr}`);
  await listening(port);
  return {
    name: 'postfix',
    port,
    rssMiB: () => undefined,
    async stop() {
      control('stop');
    },
  };
};

const main = (dir: string, sink: number): string => `compatibility_level = 3.6
queue_directory = ${join(dir, 'queue')}
data_directory = ${join(dir, 'data')}
maillog_file = /var/log/bench-postfix.log
maillog_file_prefixes = /var
syslog_name = bench-postfix
myhostname = postfix.bench.test
mydestination =
inet_interfaces = loopback-only
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
relayhost = [127.0.0.1]:${sink}
disable_dns_lookups = yes
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
smtp_tls_security_level = none
smtpd_tls_security_level = none
default_destination_concurrency_limit = 20
initial_destination_concurrency = 20
alias_maps =
local_recipient_maps =
`;

const master = (port: number): string =>
  [
    `127.0.0.1:${port} inet n - n - - smtpd`,
    'pickup unix n - n 60 1 pickup',
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 300 1 qmgr',
    'rewrite unix - - n - - trivial-rewrite',
    'bounce unix - - n - 0 bounce',
    'defer unix - - n - 0 bounce',
    'trace unix - - n - 0 bounce',
    'verify unix - - n - 1 verify',
    'flush unix n - n 1000? 0 flush',
    'proxymap unix - - n - - proxymap',
    'smtp unix - - n - - smtp',
    'relay unix - - n - - smtp',
    'error unix - - n - - error',
    'retry unix - - n - - error',
    'discard unix - - n - - discard',
    'anvil unix - - n - 1 anvil',
    'scache unix - - n - 1 scache',
    'postlog unix-dgram n - n - 1 postlogd',
    '',
  ].join('\n');
