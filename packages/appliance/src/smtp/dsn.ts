/** What the client said about reports and about the content, as the queue keeps it. Pure. */
import type { SMTPServerSession } from 'smtp-server';
import type { Dsn, DsnRecipient, Head } from '../queue/message.ts';

export function contentOf({ envelope }: SMTPServerSession): Pick<Head, 'body' | 'smtputf8' | 'dsn'> {
  const dsn = dsnOf(envelope);
  return {
    ...(envelope.bodyType === '8bitmime' ? { body: '8bitmime' as const } : {}),
    ...(envelope.smtpUtf8 ? { smtputf8: true } : {}),
    ...(dsn ? { dsn } : {}),
  };
}

/** RFC 3461; smtp-server has checked the values. */
function dsnOf({ dsn, rcptTo }: SMTPServerSession['envelope']): Dsn | undefined {
  const recipients = rcptTo.flatMap(({ dsn: one }, rid): DsnRecipient[] => {
    if (!one?.notify && !one?.orcpt) return [];
    const notify = one.notify as DsnRecipient['notify'];
    return [{ rid, ...(notify ? { notify } : {}), ...(one.orcpt ? { orcpt: one.orcpt } : {}) }];
  });
  const found: Dsn = {
    ...(dsn?.ret === 'FULL' || dsn?.ret === 'HDRS' ? { ret: dsn.ret } : {}),
    ...(dsn?.envid ? { envid: dsn.envid } : {}),
    ...(recipients.length > 0 ? { recipients } : {}),
  };
  return Object.keys(found).length > 0 ? found : undefined;
}
