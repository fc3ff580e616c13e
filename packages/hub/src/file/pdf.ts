/** The text of a PDF, and where its links lead. Nothing in it is run. */
import { getDocumentProxy } from 'unpdf';
import type { Piece, Pieces } from './piece.ts';

const MOST_PAGES = 500;

export async function pdfPieces(bytes: Uint8Array): Promise<Pieces> {
  const notes: string[] = [];
  const pieces: Piece[] = [];
  try {
    // A copy: the reader takes its bytes away.
    const document = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0 });
    const pages = Math.min(document.numPages, MOST_PAGES);
    if (pages < document.numPages)
      notes.push(`Only the first ${MOST_PAGES} of ${document.numPages} pages were read.`);
    for (let n = 1; n <= pages; n++) pieces.push(...(await pagePieces(await document.getPage(n))));
    await document.loadingTask.destroy();
  } catch (error) {
    notes.push(`The PDF could not be read to its end: ${error instanceof Error ? error.message : error}`);
  }
  return { kind: 'pdf', pieces, notes };
}

type Page = Awaited<ReturnType<Awaited<ReturnType<typeof getDocumentProxy>>['getPage']>>;

async function pagePieces(page: Page): Promise<Piece[]> {
  const content = await page.getTextContent();
  const text = content.items
    .map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : ''))
    .join('');
  const links = (await page.getAnnotations()) as { url?: string; unsafeUrl?: string }[];
  const urls = links.flatMap((link) => link.url ?? link.unsafeUrl ?? []);
  return [
    { part: 'text', text },
    ...(urls.length > 0 ? [{ part: 'text' as const, text: urls.join('\n') }] : []),
  ];
}
