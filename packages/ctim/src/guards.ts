/** What looks like a name but is code, a file, a version or a style sheet. */
import { lastLabel } from './host.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Suffixes that are hardly ever anything but a name. */
const STRONG = words(
  'com net org edu gov mil int info biz ru cn de uk fr nl eu it es jp au ca ch at be us xyz top online site club shop onion i2p',
);
/** Suffixes that are file endings too. Left: a file more often than not. Right: a name more often than not. */
const FILE_FIRST = words('zip mov sh py rs md ps so pl pub cab');
const NAME_FIRST = words('cc app one ai');
/** Suffixes that are properties in source code. */
const PROPERTY = words(
  'abc as call data fail final foo id is map name next now open read shell style target',
);
/** What properties are read from in source code. */
const OBJECT = words(
  'app args array assert child config console core ctx data date document err error event fs item items list logger map module node obj object options opts performance proc process req request res response result self settings stream string task this user window',
);
/** Before another ending: `x.tar.br`, `x.js.map`. */
const WEB_FILE = words('tar js json css');
const CODE_ENDING = words('js ts jsx tsx mjs cjs c h cpp java go rb php css min d json yml yaml lock tar');
const ELEMENT = words(
  'a abbr b blockquote body br button center code col div dl dt em font footer form h1 h2 h3 h4 h5 h6 head header hr html i iframe img input label li link main meta nav ol option p pre script section select small span strong style sub sup svg table tbody td textarea tfoot th thead title tr u ul video',
);

/** Endings of files that come by mail. `LIKELY` ones tell a file; `COMMON` ones are also in every page and text. */
const LIKELY = words(
  '7z accdb ace apk arj bat bz2 cab chm cmd cpl doc docm docx dll dmg dotm eml exe gz hta img iqy iso jar jnlp jse lha lnk lz mht msc msg msi msix one p7m p7s pdf pif pkg ppam ppsx ppt pptm pptx ps1 pub r00 rar reg rtf scr slk swf tar tgz vbe vbs vhd vhdx wsf wsh xlam xll xls xlsb xlsm xlsx xz',
);
const COMMON = words('bmp csv gif htm html ics jpeg jpg png js svg txt url z webp xml');

const FILE = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_@~&-]|\(\d{1,3}\)|\.(?!\.)){0,200}\.([a-z0-9]{1,5})$/iu;

/** How sure a text is the name of a file, by its ending. */
export const fileSureness = (text: string): 'certain' | 'ambiguous' | undefined => {
  const ending = FILE.exec(text)?.[1]?.toLowerCase();
  if (ending === undefined) return undefined;
  if (LIKELY.has(ending)) return 'certain';
  return COMMON.has(ending) ? 'ambiguous' : undefined;
};

/** `System.IO`, `Foo.Bar`: the suffix is capitalised as a word, in a text that is not all capitals. */
const capitalSuffix = (text: string): boolean => /\.\p{Lu}[^.]*$/u.test(text) && /\p{Ll}/u.test(text);
const hump = (text: string): boolean => /\p{Ll}\p{Lu}/u.test(text);

export type Around = {
  /** Up to 32 characters before the token. */
  before: string;
  /** Up to 16 characters behind it. */
  after: string;
};

const isCode = (text: string, around: Around): boolean =>
  around.after.startsWith('(') ||
  /\b(?:import|require)[ (]{0,2}['"]?$/.test(around.before) ||
  (/\bfrom $/.test(around.before) && /^ import\b/.test(around.after)) ||
  capitalSuffix(text);

const isStyle = (labels: string[]): boolean =>
  labels.length === 2 && ELEMENT.has(labels[0] ?? '') && !STRONG.has(labels[1] ?? '');

/** A version of something: `v`, `OID` and the like before, a product and a slash before, `-beta` behind. */
export const isVersion = ({ before, after }: Around): boolean =>
  /(?:\b(?:v|ver|version|build|release|rel|oid|section|sect|chapter|firmware|rev|revision|sp)|§)[ \t:.=#-]{0,2}$/i.test(
    before,
  ) ||
  /[a-z][\w.-]*\/$/i.test(before) ||
  /^-(?:alpha|beta|rc|dev|snapshot)/i.test(after);

export type NameGuess = 'certain' | 'ambiguous' | 'file' | 'ignore';

/** What a text that is a registrable name most likely is. */
export const guessName = (text: string, host: string, around: Around): NameGuess => {
  const suffix = lastLabel(host);
  const labels = host.split('.');
  const ofObject = labels.length === 2 && OBJECT.has(labels[0] ?? '');
  if (STRONG.has(suffix) && !(suffix === 'info' && ofObject)) {
    return capitalSuffix(text) && hump(text) ? 'ambiguous' : 'certain';
  }
  if (isCode(text, around) || (!FILE_FIRST.has(suffix) && isStyle(labels))) return 'ignore';
  if (labels.length > 2 && WEB_FILE.has(labels.at(-2) ?? '')) return 'ignore';
  const twin = FILE_FIRST.has(suffix) || NAME_FIRST.has(suffix) || PROPERTY.has(suffix);
  if (twin && labels.slice(0, -1).some((l) => CODE_ENDING.has(l))) return 'ignore';
  const short = labels.length === 2;
  if (FILE_FIRST.has(suffix) && (short || hump(text) || labels.some((l) => /^\d+$/.test(l)))) return 'file';
  const ofProperty = PROPERTY.has(suffix) && (short || OBJECT.has(labels[0] ?? ''));
  if (ofProperty || ofObject || hump(text)) return 'ambiguous';
  return short && NAME_FIRST.has(suffix) ? 'ambiguous' : 'certain';
};
