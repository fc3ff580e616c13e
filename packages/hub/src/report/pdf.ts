/** The pages of a report. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { ReportContent } from '@sightline/api';
import pdfmake from 'pdfmake';

type Cell = string | number;

const FONTS = join(
  dirname(createRequire(import.meta.url).resolve('pdfmake/package.json')),
  'fonts',
  'Roboto',
);
const font = (style: string): string => join(FONTS, `Roboto-${style}.ttf`);

pdfmake.setFonts({
  Roboto: {
    normal: font('Regular'),
    bold: font('Medium'),
    italics: font('Italic'),
    bolditalics: font('MediumItalic'),
  },
});
pdfmake.setUrlAccessPolicy(() => false);
pdfmake.setLocalAccessPolicy((path) => path.startsWith(FONTS));

/** Points that fit between the margins of A4. */
const WIDTH = 515;
/** Where a long value may break, so that it stays on the page. */
const PIECE = /\S{40}/gu;

/** What the font lacks: it has Latin, Greek and Cyrillic. */
const LACKS = /[^\t\n\r -\u052f\u2000-\u2027\u2030-\u205e\u20a0-\u22ff]/gu;
const byNumber = (text: string): string =>
  text.replace(LACKS, (c) => `\\u{${c.codePointAt(0)?.toString(16)}}`);

/** Characters that the font lacks are written by their numbers, not left blank. */
export const written = (text: string): string => byNumber(text).replace(PIECE, '$&\u200b');

/** The report says so where that was done. */
const NUMBERED =
  'Characters that the font of this file does not have are written by their code points, for example \\u{8acb}. The HTML report shows them as they are.';
const isNumbered = (r: ReportContent): boolean => JSON.stringify(r).search(LACKS) >= 0;

export const pdf = (r: ReportContent): Promise<Buffer> => pdfmake.createPdf(pages(r)).getBuffer();

function pages(r: ReportContent): object {
  return {
    info: { title: written(r.title), author: written(r.by), creator: 'Sightline' },
    pageSize: 'A4',
    pageMargins: [40, 44, 40, 44],
    defaultStyle: { font: 'Roboto', fontSize: 8 },
    footer: (page: number, all: number) => ({
      text: `TLP:AMBER · page ${page} of ${all}`,
      alignment: 'center',
      margin: [0, 14, 0, 0],
      color: '#57606a',
    }),
    content: [
      { text: written(r.title), fontSize: 15, bold: true },
      {
        text: [
          { text: ' TLP:AMBER ', background: '#000000', color: '#ffc000', bold: true },
          `  ${written(r.organisation)} · by ${written(r.by)}`,
        ],
        margin: [0, 6, 0, 4],
      },
      `Asked ${r.asked}, written ${r.made}. ${written(r.summary)}. Values are defanged.`,
      ...[...r.notes, ...(isNumbered(r) ? [NUMBERED] : [])].map((note) => ({
        text: written(note),
        italics: true,
        margin: [0, 4, 0, 0],
      })),
      ...sections(r),
    ],
  };
}

function sections(r: ReportContent): object[] {
  const lines = (list: ReportContent['question']): Cell[][] => list.map((o) => [o.type, o.value]);
  return [
    ...section('Question', ['Type', 'Value'], lines(r.question), ['auto', '*']),
    ...(r.drawing ? [heading('Relations'), { svg: drawn(r.drawing), fit: [WIDTH, 380] }] : []),
    ...section(
      'Campaigns',
      ['Subject', 'Extent', 'Shared', 'First', 'Last'],
      r.campaigns.map((c) => [c.subject, c.told, c.shared, c.from, c.to]),
      ['*', '*', '*', 74, 74],
    ),
    ...section(
      'Verdicts',
      ['Disposition', 'Type', 'Value', 'Said by'],
      r.verdicts.map((v) => [v.disposition, v.type, v.value, v.says]),
      ['auto', 'auto', '*', '*'],
    ),
    ...section(
      'Targets',
      ['Target', 'Messages', 'What became of them', 'First', 'Last'],
      r.targets.map((t) => [t.value, t.messages, t.states, t.first, t.last]),
      ['*', 'auto', '*', 74, 74],
    ),
    ...section(
      'Actions taken',
      ['Time', 'By', 'What'],
      r.actions.map((a) => [a.at, a.by, a.text]),
      [90, 'auto', '*'],
    ),
    ...section('Timeline', ['Hour (UTC)', 'Sightings'], r.timeline, [100, '*']),
    ...section(
      'Modules',
      ['Module', 'State', 'Time', 'Hits', 'Problems'],
      r.modules.map((m) => [m.name, m.state, m.ms, m.hits, m.problems]),
      ['auto', 'auto', 'auto', 'auto', '*'],
    ),
    ...section('Observables', ['Type', 'Value'], lines(r.observables), ['auto', '*']),
  ];
}

/** Fonts of a page are not there; the report's own stands in their place. */
const drawn = (svg: string): string =>
  byNumber(svg.replaceAll('font-family="system-ui, sans-serif"', 'font-family="Roboto"'));

const heading = (text: string): object => ({ text, fontSize: 11, bold: true, margin: [0, 14, 0, 4] });

function section(title: string, head: string[], rows: Cell[][], widths: (string | number)[]): object[] {
  if (rows.length === 0) return [heading(title), { text: 'None.' }];
  const body = [
    head.map((text) => ({ text, bold: true })),
    ...rows.map((row) => row.map((cell) => written(String(cell)))),
  ];
  return [
    heading(title),
    { table: { headerRows: 1, widths, body, dontBreakRows: true }, layout: 'lightHorizontalLines' },
  ];
}
