/** An Outlook message (MS-OXMSG). */
import { createRequire } from 'node:module';
import type { FieldsData } from '@kenjiuno/msgreader';
import { emlPieces, filePieces, linksOf, visibleText } from './eml.ts';
import type { Piece, Pieces } from './piece.ts';

/** The part of the library that is used. */
interface Reader {
  getFileData(): FieldsData;
  getAttachment(file: FieldsData): { fileName: string; content: Uint8Array };
}
// CommonJS with a default of its own, which `import` would hide behind another.
const { default: MsgReader } = createRequire(import.meta.url)('@kenjiuno/msgreader') as {
  default: new (bytes: ArrayBuffer) => Reader;
};
const MOST_DEPTH = 8;

export async function msgPieces(bytes: Uint8Array): Promise<Pieces> {
  const notes: string[] = [];
  const pieces: Piece[] = [];
  try {
    const reader = new MsgReader(new Uint8Array(bytes).buffer);
    const data = reader.getFileData();
    if (data.error) throw new Error(data.error);
    pieces.push(...(await messagePieces(data, reader, notes, 0)));
  } catch (error) {
    notes.push(`The message could not be read: ${error instanceof Error ? error.message : error}`);
  }
  return { kind: 'msg', pieces, notes };
}

async function messagePieces(
  data: FieldsData,
  reader: Reader,
  notes: string[],
  depth: number,
): Promise<Piece[]> {
  const pieces = fieldPieces(data);
  if (data.headers) {
    // The transport header is that of an Internet message: read as one without a body.
    const header = await emlPieces(Buffer.from(`${data.headers.trimEnd()}\r\n\r\n`));
    pieces.push(...header.pieces);
  }
  const html = data.bodyHtml ?? (data.html ? new TextDecoder().decode(data.html) : '');
  if (data.body) pieces.push({ part: 'body', text: data.body });
  if (html) pieces.push({ part: 'body', text: linksOf(html) }, { part: 'body', text: visibleText(html) });
  for (const file of data.attachments ?? []) pieces.push(...(await attached(file, reader, notes, depth)));
  return pieces;
}

function fieldPieces(data: FieldsData): Piece[] {
  const known = (type: 'email_subject' | 'email_messageid' | 'email', value?: string): Piece[] =>
    value ? [{ part: 'header', known: { type, value } }] : [];
  const sender = data.senderSmtpAddress ?? (data.senderEmail?.includes('@') ? data.senderEmail : undefined);
  return [
    ...known('email_subject', data.subject),
    ...known('email_messageid', data.messageId?.replace(/^<|>$/g, '')),
    ...known('email', sender),
  ];
}

async function attached(file: FieldsData, reader: Reader, notes: string[], depth: number): Promise<Piece[]> {
  if (file.innerMsgContent && file.innerMsgContentFields) {
    if (depth < MOST_DEPTH) return messagePieces(file.innerMsgContentFields, reader, notes, depth + 1);
    notes.push(`Messages are nested more than ${MOST_DEPTH} deep.`);
    return [];
  }
  const { fileName, content } = reader.getAttachment(file);
  return filePieces(fileName || file.name || '', content);
}
