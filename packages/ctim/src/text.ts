/** Fitting text into the length classes of CTIM. */

/** At most `max` UTF-16 units; what is cut ends in an ellipsis and never inside a surrogate pair. */
export const clip = (text: string, max: number): string => {
  if (text.length <= max) return text;
  const cut = text.slice(0, max - 1);
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
};
