/** Whether all of `text` is like the pattern: `*` for any characters, `?` for one; case does not count. O(n·m). */
export function like(pattern: string, text: string): boolean {
  const p = pattern.toLowerCase().replace(/\*{2,}/g, '*');
  const t = text.toLowerCase();
  let at = 0;
  let star = -1;
  let mark = 0;
  let i = 0;
  while (i < t.length) {
    if (p[at] === '*') {
      star = at++;
      mark = i;
    } else if (p[at] === '?' || (at < p.length && p[at] === t[i])) {
      at++;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++mark;
    } else return false;
  }
  while (p[at] === '*') at++;
  return at === p.length;
}
