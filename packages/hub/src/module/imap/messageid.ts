/** Message-IDs as they stand in mailboxes. Pure. */

/** RFC 5322 2.1.1 has lines of 998 characters; what has control characters is no Message-ID of any message. */
export const isSearchable = (id: string): boolean => id !== '' && id.length <= 998 && !/\p{Cc}/u.test(id);

/** Without the space around it and one pair of angle brackets, as message tracking keeps it. */
export const bare = (id: string): string => id.trim().replace(/^<|>$/g, '');

/**
 * The Message-ID of a header as a server sent it; undefined where there is none. Of several fields the first counts
 * only if all say the same: what is not clear is not acted on.
 */
export function messageIdIn(header: Buffer | undefined): string | undefined {
  const unfolded = (header ?? Buffer.alloc(0)).toString('utf8').replace(/\r?\n[ \t]+/g, ' ');
  const values = [...unfolded.matchAll(/^message-id[ \t]*:(.*)$/gim)].map(([, value = '']) => bare(value));
  return new Set(values).size === 1 ? values[0] : undefined;
}
