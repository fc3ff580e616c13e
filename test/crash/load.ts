/** SMTP clients that send as fast as they can and write down what was promised to them. */
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { hashOf } from './sink.ts';

export interface Promised {
  id: string;
  mid: number;
  hash: string;
  recipients: string[];
}

export interface Load {
  /** All clients are done or cut off. */
  finished: Promise<void>;
  /** Messages begun so far. */
  begun(): number;
}

const CLIENTS = 8;

/** Sends `count` messages; every 250 goes to `promised`. */
export function sendLoad(
  { port, cycle, count, random }: { port: number; cycle: number; count: number; random: () => number },
  promised: (message: Promised) => void,
  refused: (code: number) => void = () => undefined,
): Load {
  let begun = 0;
  const client = async (): Promise<void> => {
    let connection = await connect(port);
    while (begun < count && !connection.destroyed) {
      const letter = compose(`c${cycle}-${++begun}`, random);
      const { mid, code } = await send(connection, letter);
      if (mid) promised({ id: letter.id, mid, hash: hashOf(letter.raw).hash, recipients: letter.recipients });
      else if (code === 0) break;
      else {
        refused(code);
        connection.close();
        connection = await connect(port);
      }
    }
    connection.close();
  };
  const all = Array.from({ length: CLIENTS }, () => client().catch(() => undefined));
  return { finished: Promise.all(all).then(() => undefined), begun: () => begun };
}

interface Letter {
  id: string;
  raw: Buffer;
  recipients: string[];
}

function compose(id: string, random: () => number): Letter {
  const lines = Array.from({ length: Math.floor(random() ** 4 * 2000) }, () => random().toString(36));
  const file = Buffer.from(lines.join(''))
    .toString('base64')
    .replace(/(.{76})/g, '$1\r\n');
  const raw = [
    `X-Load-Id: ${id}`,
    'From: load@client.test',
    `Subject: ${id}`,
    `Message-ID: <${id}@client.test>`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    '',
    `Look at https://load.example/${id} ${random()}`,
    '--b',
    'Content-Type: application/octet-stream; name=load.bin',
    'Content-Disposition: attachment',
    'Content-Transfer-Encoding: base64',
    '',
    file,
    '--b--',
    '',
  ].join('\r\n');
  const recipients = random() < 0.3 ? [`a-${id}@crash.test`, `b-${id}@crash.test`] : [`a-${id}@crash.test`];
  return { id, raw: Buffer.from(raw), recipients };
}

function connect(port: number): Promise<SMTPConnection> {
  const connection = new SMTPConnection({
    host: '127.0.0.1',
    port,
    name: 'load.client.test',
    ignoreTLS: true,
  });
  return new Promise((resolve, reject) => {
    connection.on('error', reject);
    connection.connect((error) => (error ? reject(error) : resolve(connection)));
  });
}

/** MID of the 250; else the code of the refusal, 0 where the connection broke. */
function send(connection: SMTPConnection, letter: Letter): Promise<{ mid: number; code: number }> {
  return new Promise((resolve) => {
    const broken = (): void => resolve({ mid: 0, code: 0 });
    connection.once('end', broken);
    connection.send({ from: 'load@client.test', to: [...letter.recipients] }, letter.raw, (error, info) => {
      connection.removeListener('end', broken);
      const mid = /^250 .*Message (\d+) accepted/.exec(info?.response ?? '')?.[1];
      resolve({
        mid: error || !mid ? 0 : Number(mid),
        code: (error as { responseCode?: number })?.responseCode ?? 0,
      });
    });
  });
}
