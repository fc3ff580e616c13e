/** Non-delivery reports: RFC 3464 in RFC 6522's multipart/report, to the envelope sender from the null path. */
import type { Reply } from '@sightline/api';
import { type Content, read } from './spool.ts';

const MOST_HEADER = 64 * 1024;

export interface Report {
  /** MID of the report itself. */
  mid: number;
  hostname: string;
  /** Envelope sender of the message that could not be delivered. */
  to: string;
  at: number;
  arrived: number;
  failed: { address: string; reply: Reply }[];
  /** Header of that message, raw. */
  header: Buffer;
}

export const reportSubject = 'Delivery Status Notification (Failure)';
export const reportFrom = (hostname: string): string => `MAILER-DAEMON@${hostname}`;
export const reportId = (report: Pick<Report, 'mid' | 'hostname' | 'at'>): string =>
  `${report.at}.${report.mid}.dsn@${report.hostname}`;

/** RFC 5322 date in UTC. */
const mailDate = (at: number): string => new Date(at).toUTCString().replace('GMT', '+0000');

/** Status of RFC 3463; a refusal that names none gets the general one of its class. */
const status = (reply: Reply): string =>
  /^5\./.test(reply.status) ? reply.status : reply.code >= 500 ? '5.0.0' : '5.4.7';

// What came from outside stays on one line, so that it cannot become a header of the report.
const line = (text: string): string => text.replace(/[^\x20-\x7e\u00a0-\uffff]/g, ' ').slice(0, 900);

const said = (reply: Reply): string =>
  line([reply.code || '', reply.status, reply.text].filter(Boolean).join(' '));

/** The report as the bytes of a message. */
export function renderReport(report: Report): Buffer {
  const boundary = `=_${report.mid}.${report.at}`;
  const lines = [
    ...head(report, boundary),
    '',
    ...text(report, boundary),
    '',
    ...statuses(report, boundary),
    '',
    `--${boundary}`,
    'Content-Type: text/rfc822-headers',
    'Content-Transfer-Encoding: 8bit',
    '',
    '',
  ].join('\r\n');
  return Buffer.concat([Buffer.from(lines), report.header, Buffer.from(`\r\n--${boundary}--\r\n`)]);
}

function head(report: Report, boundary: string): string[] {
  return [
    `Date: ${mailDate(report.at)}`,
    `From: Mail Delivery System <${reportFrom(report.hostname)}>`,
    `To: <${line(report.to)}>`,
    `Subject: ${reportSubject}`,
    `Message-ID: <${reportId(report)}>`,
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=delivery-status; boundary="${boundary}"`,
  ];
}

function text(report: Report, boundary: string): string[] {
  return [
    `--${boundary}`,
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    'Your message could not be delivered to:',
    ...report.failed.flatMap(({ address, reply }) => ['', `  ${line(address)}`, `  ${said(reply)}`]),
  ];
}

function statuses(report: Report, boundary: string): string[] {
  const each = report.failed.flatMap(({ address, reply }) => [
    '',
    `Final-Recipient: rfc822; ${line(address)}`,
    'Action: failed',
    `Status: ${status(reply)}`,
    ...(reply.code ? [`Diagnostic-Code: smtp; ${said(reply)}`] : []),
  ]);
  return [
    `--${boundary}`,
    'Content-Type: message/delivery-status',
    '',
    `Reporting-MTA: dns; ${report.hostname}`,
    `Arrival-Date: ${mailDate(report.arrived)}`,
    ...each,
  ];
}

/** Header of a stored message, at most 64 KiB, ending in a line end. */
export async function readHeader(content: Content): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of read({ ...content, end: Math.min(content.end, content.start + MOST_HEADER) })) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if ((chunk as Buffer).includes('\r\n\r\n')) break;
  }
  const all = Buffer.concat(chunks, length);
  const end = all.indexOf('\r\n\r\n');
  return end < 0 ? all : all.subarray(0, end + 2);
}
