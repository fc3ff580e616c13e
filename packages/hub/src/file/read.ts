/** A file to its observables. Runs in a worker: hostile files may make it slow or kill it. */
import { csvPieces } from './csv.ts';
import { emlPieces } from './eml.ts';
import { jsonPieces } from './json.ts';
import { kindOf, textOf } from './kind.ts';
import { msgPieces } from './msg.ts';
import { pdfPieces } from './pdf.ts';
import { type FileKind, type FoundIn, gather, type Pieces } from './piece.ts';

export interface FileRead {
  kind: FileKind;
  found: FoundIn[];
  notes: string[];
}

export async function readFile(name: string, bytes: Uint8Array): Promise<FileRead> {
  const { kind, pieces, notes } = await piecesOf(name, bytes);
  return { kind, found: gather(pieces), notes };
}

async function piecesOf(name: string, bytes: Uint8Array): Promise<Pieces> {
  const kind = kindOf(name, bytes);
  switch (kind) {
    case 'eml':
      return emlPieces(bytes);
    case 'msg':
      return msgPieces(bytes);
    case 'pdf':
      return pdfPieces(bytes);
    case 'json':
      return jsonPieces(textOf(bytes));
    case 'csv':
      return csvPieces(textOf(bytes));
    case 'text':
      return { kind, pieces: [{ part: 'text', text: textOf(bytes) }], notes: [] };
  }
}
