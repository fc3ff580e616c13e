/** The message that tells somebody that a content filter has found something. Pure. */
import type { Examined } from '../scan/engine.ts';
import { nothing, type Scanned } from '../scan/scanned.ts';
import type { Head } from './message.ts';

interface Notice {
  mid: number;
  hostname: string;
  /** Who is told. */
  address: string;
  /** The filter. */
  by: string;
  text: string;
  about: Head;
  found: Scanned;
}

// What came from outside stays on one line, so that it cannot become anything but text.
const line = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]/gu, ' ').slice(0, 900);

export function notification(notice: Notice): { bytes: Buffer; head: Head; examined: Examined } {
  const { mid, hostname, address, by, about } = notice;
  const subject = `Notification: ${by}`;
  const from = `MAILER-DAEMON@${hostname}`;
  const messageId = `${about.at}.${mid}.notice@${hostname}`;
  const head: Head = {
    mid,
    icid: 0,
    at: about.at,
    direction: 'outgoing',
    sender: '',
    recipients: [{ rid: 0, address }],
    ip: '',
    reverseDns: '',
    helo: hostname,
    senderGroup: '',
    tls: '',
  };
  const bytes = Buffer.from(
    [
      `Date: ${new Date(about.at).toUTCString().replace('GMT', '+0000')}`,
      `From: Sightline <${from}>`,
      `To: <${line(address)}>`,
      `Subject: ${line(subject)}`,
      `Message-ID: <${messageId}>`,
      'Auto-Submitted: auto-generated',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 8bit',
      '',
      ...body(notice),
      '',
    ].join('\r\n'),
  );
  const found = { ...nothing(), subject, messageId, headerFrom: [from], parse: 'complete' as const };
  return { bytes, head, examined: { found, results: [] } };
}

const body = ({ by, text, about, found }: Notice): string[] => [
  ...(text === '' ? [] : [line(text), '']),
  `A message matched ${by}.`,
  '',
  `MID:        ${about.mid}`,
  `Sender:     ${line(about.sender || '<>')}`,
  `Recipients: ${line(about.recipients.map((one) => one.address).join(', '))}`,
  `Subject:    ${line(found.subject)}`,
  `Client:     ${about.ip}`,
  ...found.attachments.slice(0, 20).map((one) => `Attachment: ${line(one.name)} ${one.sha256}`),
];
