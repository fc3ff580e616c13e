/** Cells of tables that go into spreadsheets: none that one would take for a formula (OWASP: CSV injection). Pure. */

/** Also behind white space and control characters, and in full width, as some spreadsheets read it. */
const FORMULA = /^[\s\p{Cc}\ufeff]*[=+\-@＝＋－＠]|^[\t\r\n]/u;

/** An apostrophe before what begins like a formula: spreadsheets read it as "this is text". */
export const inertCell = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);

/** The same back. */
export const cellText = (cell: string): string =>
  cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell;
