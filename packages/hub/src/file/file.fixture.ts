/** For tests: files that other programs would write. */
import { burn } from '@kenjiuno/msgreader/lib/Burner.js';

/** An Outlook message with these string properties (MS-OXMSG 2.1). */
export function msg(properties: Record<string, string>): Uint8Array {
  const [ROOT, STREAM] = [5, 2];
  const entries = Object.entries(properties).map(([tag, value]) => {
    const data = Buffer.from(value, 'utf16le');
    return {
      name: `__substg1.0_${tag}001F`,
      type: STREAM,
      binaryProvider: () => new Uint8Array(data),
      length: data.length,
    };
  });
  const head = Buffer.alloc(32);
  const all = [
    { name: '__properties_version1.0', type: STREAM, binaryProvider: () => head, length: 32 },
    ...entries,
  ];
  return burn([
    { name: 'Root Entry', type: ROOT, length: 0, children: all.map((_, i) => i + 1) },
    ...all,
  ] as never);
}

/** One page with this text and this link (ISO 32000-1). */
export function pdf(text: string, uri: string): Uint8Array {
  const content = `BT /F1 12 Tf 72 720 Td (${text}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Annots [6 0 R] /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    `<< /Type /Annot /Subtype /Link /Rect [72 700 200 720] /A << /S /URI /URI (${uri}) >> >>`,
  ];
  let out = '%PDF-1.4\n';
  const offsets = objects.map((body, i) => {
    const at = out.length;
    out += `${i + 1} 0 obj\n${body}\nendobj\n`;
    return at;
  });
  const xref = out.length;
  const lines = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`);
  out += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${lines.join('')}`;
  return Buffer.from(
    `${out}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${xref}\n%%EOF\n`,
  );
}
