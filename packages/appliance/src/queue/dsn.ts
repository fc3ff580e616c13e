/** Delivery status notifications: RFC 3464 in RFC 6522's multipart/report, to the envelope sender from the null path. */
import type { Reply } from '@sightline/api';
import type { Dsn } from './message.ts';
import { type Content, read } from './spool.ts';

const MOST_HEADER = 64 * 1024;
/** Larger messages are returned as their header only, whatever was asked for. */
const MOST_RETURNED = 1024 * 1024;

/** `relayed`: handed to a host that will not tell when it is delivered (RFC 3461 section 5.2.2). */
export type Action = 'failed' | 'delayed' | 'delivered' | 'relayed';

export interface About {
  address: string;
  reply: Reply;
  action: Action;
  /** `rfc822;address` as the sender gave it (ORCPT). */
  original?: string;
  /** Of the next hop; '' where none was reached. */
  remote: string;
  /** Until when delivery is tried; only for `delayed`. */
  until?: number;
}

export interface Report {
  /** MID of the report itself. */
  mid: number;
  hostname: string;
  /** Envelope sender of the message that it is about. */
  to: string;
  at: number;
  arrived: number;
  /** All of one kind. */
  about: About[];
  /** What the sender called this message (ENVID). */
  envid?: string;
  /** Header of that message, or all of it, raw. */
  returned: { full: boolean; bytes: Buffer };
}

const SUBJECTS: Record<Action, string> = {
  failed: 'Delivery Status Notification (Failure)',
  delayed: 'Delivery Status Notification (Delay)',
  delivered: 'Delivery Status Notification (Success)',
  relayed: 'Delivery Status Notification (Relay)',
};

const actionOf = ({ about }: Pick<Report, 'about'>): Action => about[0]?.action ?? 'failed';
export const reportSubject = (report: Pick<Report, 'about'>): string => SUBJECTS[actionOf(report)];
export const reportFrom = (hostname: string): string => `MAILER-DAEMON@${hostname}`;
export const reportId = (report: Pick<Report, 'mid' | 'hostname' | 'at'>): string =>
  `${report.at}.${report.mid}.dsn@${report.hostname}`;

/** RFC 5322 date in UTC. */
const mailDate = (at: number): string => new Date(at).toUTCString().replace('GMT', '+0000');

/** Status of RFC 3463; a reply that names none gets the general one of its class. */
function status({ reply, action }: About): string {
  if (action === 'delivered' || action === 'relayed')
    return /^2\./.test(reply.status) ? reply.status : '2.0.0';
  if (action === 'delayed') return /^4\./.test(reply.status) ? reply.status : '4.4.7';
  if (/^5\./.test(reply.status)) return reply.status;
  return reply.code >= 500 ? '5.0.0' : '5.4.7';
}

// What came from outside stays on one line, so that it cannot become a header of the report.
const line = (text: string): string => text.replace(/[^\x20-\x7e\u00a0-\uffff]/g, ' ').slice(0, 900);

const said = (reply: Reply): string =>
  line([reply.code || '', reply.status, reply.text].filter(Boolean).join(' '));

const isAscii = (text: string): boolean => /^\p{ASCII}*$/u.test(text);

/** An address beyond ASCII makes it a report of RFC 6533. */
export const isUtf8 = ({ to, about }: Pick<Report, 'to' | 'about'>): boolean =>
  !isAscii(to) || about.some((one) => !isAscii(one.address));

/** The report as the bytes of a message. */
export function renderReport(report: Report): Buffer {
  const boundary = `=_${report.mid}.${report.at}`;
  const global = isUtf8(report);
  const returned = report.returned.full
    ? `message/${global ? 'global' : 'rfc822'}`
    : global
      ? 'message/global-headers'
      : 'text/rfc822-headers';
  const lines = [
    ...head(report, boundary),
    '',
    ...text(report, boundary),
    '',
    ...statuses(report, boundary, global),
    '',
    `--${boundary}`,
    `Content-Type: ${returned}`,
    'Content-Transfer-Encoding: 8bit',
    '',
    '',
  ].join('\r\n');
  return Buffer.concat([Buffer.from(lines), report.returned.bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]);
}

function head(report: Report, boundary: string): string[] {
  return [
    `Date: ${mailDate(report.at)}`,
    `From: Mail Delivery System <${reportFrom(report.hostname)}>`,
    `To: <${line(report.to)}>`,
    `Subject: ${reportSubject(report)}`,
    `Message-ID: <${reportId(report)}>`,
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=delivery-status; boundary="${boundary}"`,
  ];
}

const OPENINGS: Record<Action, string> = {
  failed: 'Your message could not be delivered to:',
  delayed: 'Your message has not been delivered yet. You need not send it again; it is still tried for:',
  delivered: 'Your message was delivered to:',
  relayed: 'Your message was handed on, to a host that will not report its delivery, for:',
};

function text(report: Report, boundary: string): string[] {
  const until = report.about.find((one) => one.until !== undefined)?.until;
  return [
    `--${boundary}`,
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    OPENINGS[actionOf(report)],
    ...report.about.flatMap(({ address, reply }) => ['', `  ${line(address)}`, `  ${said(reply)}`]),
    ...(until === undefined ? [] : ['', `It will be tried until ${mailDate(until)}.`]),
  ];
}

function statuses(report: Report, boundary: string, global: boolean): string[] {
  return [
    `--${boundary}`,
    `Content-Type: message/${global ? 'global-delivery-status' : 'delivery-status'}`,
    ...(global ? ['Content-Transfer-Encoding: 8bit'] : []),
    '',
    ...(report.envid ? [`Original-Envelope-Id: ${line(report.envid)}`] : []),
    `Reporting-MTA: dns; ${report.hostname}`,
    `Arrival-Date: ${mailDate(report.arrived)}`,
    ...report.about.flatMap((one) => ['', ...fields(one)]),
  ];
}

function fields(one: About): string[] {
  const { address, reply, action, original, remote, until } = one;
  return [
    ...(original ? [`Original-Recipient: ${line(original)}`] : []),
    `Final-Recipient: ${isAscii(address) ? 'rfc822' : 'utf-8'}; ${line(address)}`,
    `Action: ${action}`,
    `Status: ${status(one)}`,
    ...(remote ? [`Remote-MTA: dns; ${line(remote)}`] : []),
    ...(reply.code ? [`Diagnostic-Code: smtp; ${said(reply)}`] : []),
    ...(until === undefined ? [] : [`Will-Retry-Until: ${mailDate(until)}`]),
  ];
}

/** As much of a message as its sender wants back (RET). */
export async function returned(content: Content, ret: Dsn['ret']): Promise<Report['returned']> {
  if (ret === 'FULL' && content.end - content.start <= MOST_RETURNED)
    return { full: true, bytes: Buffer.concat(await read(content).toArray()) };
  return { full: false, bytes: await readHeader(content) };
}

/** Header of a stored message, at most 64 KiB, ending in a line end. */
export async function readHeader(content: Content): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of read(content)) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length > MOST_HEADER || (chunk as Buffer).includes('\r\n\r\n')) break;
  }
  const all = Buffer.concat(chunks, length).subarray(0, MOST_HEADER);
  const end = all.indexOf('\r\n\r\n');
  return end < 0 ? all : all.subarray(0, end + 2);
}
