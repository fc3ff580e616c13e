/** Queries to begin with, made of mail that really came, so that they find something. Pure. */
import type { TrackRow } from '@sightline/api';
import { defang, type ObservableType } from '@sightline/ctim';
import { typed } from '../kit/observable.ts';

export interface Example {
  text: string;
  says: string;
}

/** Where no mail is known. */
const USUAL: Example[] = [
  { text: 'email_subject:"test test"', says: 'Who received a message with exactly this subject' },
  {
    text: 'Reported by a user: mail from billing[@]example[.]com with hxxps://login.example[.]net/reset',
    says: 'Paste a report as it is; addresses and links are found, defanged or not',
  },
  {
    text: 'sha256:"275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f" file_name:"invoice.pdf"',
    says: 'Where a file came in, by its hash or its name',
  },
];

/** @param rows of incoming mail, newest first */
export function examples(rows: readonly TrackRow[]): Example[] {
  const incoming = rows.filter(({ direction }) => direction === 'incoming');
  const subject = incoming.find((row) => row.subject !== '')?.subject;
  const report = incoming.find(({ sender, urls }) => sender !== '' && urls.length > 0);
  const file = incoming.flatMap(({ attachments }) => attachments).find(({ sha256 }) => sha256 !== '');
  const safe = (type: ObservableType, value: string): string => defang(value, type);
  const own = [
    subject && {
      text: typed({ type: 'email_subject', value: subject }),
      says: 'Who received the last message',
    },
    report && {
      text: `Reported by a user: mail from ${safe('email', report.sender)} with ${safe('url', report.urls[0] ?? '')}`,
      says: 'Paste a report as it is; addresses and links are found, defanged or not',
    },
    file && {
      text: typed({ type: 'sha256', value: file.sha256 }),
      says: `Where the file ${file.name || 'without a name'} came in, by its hash`,
    },
  ];
  return own.map((one, i) => one || USUAL[i]).filter((one) => one !== undefined);
}
