import type { ReportContent } from '@sightline/api';
import { describe, expect, it } from 'vitest';
import { pdfPieces } from '../file/pdf.ts';
import { drawingProblem } from './drawing.ts';
import { pdfMaker } from './maker.ts';
import { written } from './pdf.ts';

const DRAWING = [
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 50" width="100" height="50" font-family="system-ui, sans-serif">',
  '<rect x="0" y="0" width="100%" height="100%" fill="#ffffff"/>',
  '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="#999999"/></marker></defs>',
  '<line x1="10" y1="10" x2="60" y2="30" stroke="#999999" marker-end="url(#arrow)"/>',
  '<g><circle cx="10" cy="10" r="6" fill="#ffffff" stroke="#c92a2a"/><text x="10" y="24" font-size="9">evil[.]example style=href&#60;image</text></g>',
  '</svg>',
].join('\n');

const report: ReportContent = {
  title: 'Investigation of evil[.]example',
  asked: '2026-11-25T12:00:00Z',
  made: '2026-11-25T12:01:00Z',
  by: 'ada',
  organisation: 'Example <b>Ltd</b>',
  summary: '1 Target',
  question: [{ type: 'Domain', value: 'evil[.]example' }],
  modules: [{ name: 'esa03', state: 'ok', ms: '4 ms', hits: 1, problems: '' }],
  campaigns: [],
  verdicts: [],
  targets: Array.from({ length: 500 }, (_, i) => ({
    value: `${'x'.repeat(300)}${i}@example.com`,
    messages: 1,
    states: '1 delivered',
    first: '2026-11-25T12:00:00Z',
    last: '2026-11-25T12:00:00Z',
  })),
  actions: [{ at: '2026-11-25T12:00:30Z', by: 'ada', text: 'Did block' }],
  timeline: [['2026-11-25T12:00:00Z', 1]],
  observables: [],
  drawing: DRAWING,
  notes: [],
};

describe('a report as PDF', () => {
  it('has pages with all rows and the drawing', async () => {
    const pdf = Buffer.from(await pdfMaker()(report));
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(pdf.subarray(-6).toString()).toContain('%%EOF');
    expect(pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length).toBeGreaterThan(5);
    const without = await pdfMaker()({ ...report, drawing: '' });
    expect(without.length).toBeLessThan(pdf.length);
  });

  it('is refused when it takes too long, and the next one is made', async () => {
    await expect(pdfMaker({ ms: 1 })(report)).rejects.toMatchObject({ code: 'bad_request' });
    const make = pdfMaker();
    const all = await Promise.all([make({ ...report, targets: [] }), make({ ...report, targets: [] })]);
    expect(all.every((pdf) => pdf.length > 1000)).toBe(true);
  });

  it('writes what its font lacks by number, in the drawing too, and says that it does', async () => {
    expect(written('Счёт № 5, für 請')).toBe('Счёт № 5, für \\u{8acb}');
    const textOf = async (content: ReportContent): Promise<string> => {
      const { pieces, notes } = await pdfPieces(await pdfMaker()(content));
      expect(notes).toEqual([]);
      return pieces.map((piece) => ('text' in piece ? piece.text : '')).join('\n');
    };
    const short = { ...report, targets: [] };
    const latin = await textOf(short);
    expect(latin).toContain('evil[.]example');
    expect(latin).not.toContain('code points');
    const drawing = DRAWING.replace('evil[.]example', '悪');
    const all = await textOf({ ...short, title: 'Счёт 請', drawing });
    expect(all).toContain('Счёт \\u{8acb}');
    expect(all).toContain('\\u{60aa}');
    expect(all).toContain('written by their code points');
  });

  it('takes no drawing that refers to a file or holds more than shapes', () => {
    expect(drawingProblem(DRAWING)).toBe('');
    for (const bad of [
      '<svg><image href="file:///etc/passwd"/></svg>',
      '<svg><use xlink:href="#a"/></svg>',
      '<svg><rect fill="url(file:///etc/passwd)"/></svg>',
      '<svg><rect style="fill:red"/></svg>',
      '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg/>',
      '<svg><script>1</script></svg>',
      '<svg><rect onload="x"/></svg>',
    ])
      expect(drawingProblem(bad)).not.toBe('');
    expect(() => pdfMaker()({ ...report, drawing: '<svg><image/></svg>' })).toThrow(/drawing/);
  });
});
