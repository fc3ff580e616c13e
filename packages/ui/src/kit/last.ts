/** The text of the investigation that this tab looked at last, so that other pages can add to it. */
const STORED = 'sightline.query';

export function lastQuery(): string {
  try {
    return sessionStorage.getItem(STORED) ?? '';
  } catch {
    return '';
  }
}

export function rememberQuery(text: string): void {
  try {
    sessionStorage.setItem(STORED, text);
  } catch {
    // Storage is off, or the text is too large for it: other pages begin anew.
  }
}
