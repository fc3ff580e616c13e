/** For tests: a real Dovecot on loopback, as a user without rights, with a master user, TLS and LMTP. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ImapFlow } from 'imapflow';
import { TLS } from '../../outbound/fixture.ts';

const DOVECOT = '/usr/sbin/dovecot';

/** Why there is no Dovecot for the tests; '' where there is. Its configuration was another one before and after 2.3. */
export function dovecotMissing(): string {
  if (!existsSync(DOVECOT)) return `there is no ${DOVECOT}`;
  const version = spawnSync(DOVECOT, ['--version'], { encoding: 'utf8' }).stdout.trim();
  return version.startsWith('2.3.') ? '' : `Dovecot is ${version}, the configuration here is for 2.3`;
}

export const MASTER = { user: 'remedy', password: 'master secret' } as const;
/** Of every mailbox, for its owner. */
export const OWNER = 'owner secret';

export interface Dovecot {
  host: '127.0.0.1';
  /** With TLS from the first byte. */
  imaps: number;
  /** With STARTTLS. */
  imap: number;
  lmtp: number;
  /** A mailbox as its owner sees it. */
  as(user: string): Promise<ImapFlow>;
  /** Puts a message into a folder, by APPEND. */
  put(user: string, folder: string, message: string): Promise<void>;
  /** Subjects in a folder, in order. */
  subjects(user: string, folder: string): Promise<string[]>;
  stop(): Promise<void>;
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const server of servers) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ports.push((server.address() as { port: number }).port);
  }
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Who it runs as: nobody where the tests run as root, for Dovecot reads no mail as root. */
const runner = (): { uid: number; gid: number } => {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  return uid === 0 ? { uid: 65534, gid: 65534 } : { uid, gid };
};

const nameOf = (kind: 'passwd' | 'group', id: number): string =>
  readFileSync(`/etc/${kind}`, 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find((parts) => parts[2] === String(id))?.[0] ?? String(id);

export async function openDovecot(users: readonly string[]): Promise<Dovecot> {
  const dir = mkdtempSync(join(tmpdir(), 'dovecot-'));
  const [imaps = 0, imap = 0, lmtp = 0] = await freePorts(3);
  const who = runner();
  furnish(dir, users, { imaps, imap, lmtp }, who);
  const child = spawn(DOVECOT, ['-F', '-c', join(dir, 'dovecot.conf')], { stdio: 'ignore', ...who });
  const stop = () => ended(child, dir);
  try {
    await listening(imaps, child, dir);
  } catch (error) {
    await stop();
    throw error;
  }
  const as = (user: string) => opened(imaps, user);
  return {
    host: '127.0.0.1',
    imaps,
    imap,
    lmtp,
    as,
    async put(user, folder, message) {
      const client = await as(user);
      if (folder !== 'INBOX') await client.mailboxCreate(folder);
      await client.append(folder, message.replace(/\r?\n/g, '\r\n'));
      await client.logout();
    },
    async subjects(user, folder) {
      const client = await as(user);
      try {
        const { exists } = await client.mailboxOpen(folder, { readOnly: true });
        const all = exists === 0 ? [] : await client.fetchAll('1:*', { envelope: true });
        return all.map(({ envelope }) => envelope?.subject ?? '');
      } finally {
        await client.logout();
      }
    },
    stop,
  };
}

async function opened(port: number, user: string): Promise<ImapFlow> {
  const client = new ImapFlow({
    host: '127.0.0.1',
    port,
    secure: true,
    tls: { ca: TLS.cert },
    auth: { user, pass: OWNER },
    logger: false,
    disableAutoIdle: true,
  });
  client.on('error', () => {});
  await client.connect();
  return client;
}

async function listening(port: number, child: ChildProcess, dir: string): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (child.exitCode !== null) break;
    const socket = connect(port, '127.0.0.1');
    const up = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (up) return;
    await sleep(100);
  }
  const log = join(dir, 'log');
  throw new Error(
    `Dovecot did not start. ${existsSync(log) ? readFileSync(log, 'utf8') : 'It wrote no log.'}`,
  );
}

async function ended(child: ChildProcess, dir: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }
  rmSync(dir, { recursive: true, force: true });
}

interface Ports {
  imaps: number;
  imap: number;
  lmtp: number;
}

function furnish(
  dir: string,
  users: readonly string[],
  ports: Ports,
  { uid, gid }: { uid: number; gid: number },
): void {
  const files = {
    'cert.pem': TLS.cert,
    'key.pem': TLS.key,
    masters: `${MASTER.user}:{PLAIN}${MASTER.password}\n`,
    users: users.map((user) => `${user}:{PLAIN}${OWNER}:${uid}:${gid}::${dir}/mail/${user}::\n`).join(''),
    'dovecot.conf': configuration(dir, ports, {
      user: nameOf('passwd', uid),
      group: nameOf('group', gid),
    }),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  mkdirSync(join(dir, 'mail'));
  for (const name of ['.', 'mail', ...Object.keys(files)]) chownSync(join(dir, name), uid, gid);
}

const configuration = (dir: string, ports: Ports, as: { user: string; group: string }): string => `
protocols = imap lmtp
listen = 127.0.0.1
base_dir = ${dir}/run
state_dir = ${dir}/state
log_path = ${dir}/log
auth_verbose = yes
default_internal_user = ${as.user}
default_internal_group = ${as.group}
default_login_user = ${as.user}
first_valid_uid = 1
first_valid_gid = 1
ssl = required
ssl_cert = <${dir}/cert.pem
ssl_key = <${dir}/key.pem
disable_plaintext_auth = yes
auth_mechanisms = plain login
auth_master_user_separator = *
auth_failure_delay = 0
mail_location = maildir:~/Maildir
mail_max_userip_connections = 100
passdb {
  driver = passwd-file
  args = ${dir}/masters
  master = yes
}
passdb {
  driver = passwd-file
  args = ${dir}/users
}
userdb {
  driver = passwd-file
  args = ${dir}/users
}
namespace inbox {
  inbox = yes
  separator = /
  mailbox Junk {
    auto = create
    special_use = \\Junk
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${ports.imap}
  }
  inet_listener imaps {
    port = ${ports.imaps}
    ssl = yes
  }
}
service lmtp {
  inet_listener lmtp {
    port = ${ports.lmtp}
  }
}
`;
