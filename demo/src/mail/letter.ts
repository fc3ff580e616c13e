/** One message to be sent by SMTP, before it has become bytes. */
export interface Letter {
  kind:
    | 'test'
    | 'correspondence'
    | 'newsletter'
    | 'campaign'
    | 'unknown-recipient'
    | 'greylisted'
    | 'outgoing';
  /** Source address of the connection. */
  ip: string;
  /** HELO name. */
  helo: string;
  envelope: { from: string; to: string[] };
  from: string;
  to: string;
  subject: string;
  messageId: string;
  text: string;
  html?: string;
  attachments?: { filename: string; contentType: string; content: Buffer }[];
}

/** Bytes that look like a small PDF; the same title makes the same file and so the same hash. */
export function pdf(title: string): Buffer {
  const lines = [
    '%PDF-1.4',
    '1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj',
    '2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj',
    '3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >> endobj',
    `4 0 obj << /Length ${title.length + 40} >> stream`,
    `BT /F1 18 Tf 72 760 Td (${title.replace(/[()\\]/g, '')}) Tj ET`,
    'endstream endobj',
    'trailer << /Root 1 0 R >>',
    '%%EOF',
  ];
  return Buffer.from(`${lines.join('\n')}\n`);
}
