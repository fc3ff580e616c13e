/** Lists of ours that every message is held against; where their entries come from, nobody here knows. */

export interface Listed {
  /** Name of the list, or the id of the entry: what tracking tells. */
  id: string;
  reason: string;
}

/** An entry that is not looked up but tried. `*` stands for any characters, `?` for one; case does not count. */
export interface Pattern extends Listed {
  pattern: string;
}

/** All entries that are in force now. Keys are in lower case. */
export interface Lists {
  /** Envelope and header senders. */
  senders: ReadonlyMap<string, Listed>;
  /** Domains of senders; subdomains are covered. */
  domains: ReadonlyMap<string, Listed>;
  /** Addresses and networks (`192.0.2.0/24`) of clients. */
  networks: ReadonlyMap<string, Listed>;
  /** Hosts of links, subdomains are covered, and whole links as they are written. */
  urls: ReadonlyMap<string, Listed>;
  sha256: ReadonlyMap<string, Listed>;
  subjects: readonly Pattern[];
  fileNames: readonly Pattern[];
  /** Media types as declared. */
  fileTypes: ReadonlyMap<string, Listed>;
}

export const noLists: Lists = {
  senders: new Map(),
  domains: new Map(),
  networks: new Map(),
  urls: new Map(),
  sha256: new Map(),
  subjects: [],
  fileNames: [],
  fileTypes: new Map(),
};
