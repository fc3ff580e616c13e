/** A stranger's HTML in a frame: what may be in it, and the page around it. Pure. */

/** Elements that sanitised HTML is written from, none of which acts, loads or leads anywhere. */
export const ALLOWED: ReadonlySet<string> = new Set(
  `abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn div dl dt
   em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i ins kbd li main mark nav ol p pre q rp rt ruby s samp
   section small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr`.split(
    /\s+/,
  ),
);

/** A tag as it is written anew: its name and at most the numbers of a table's cell, or a class of our own. */
const TAG = /^<\/?([a-z][a-z0-9]*)(?: (?:colspan|rowspan)="\d{1,3}"){0,2}(?: class="(?:link|image)")?>/;
/** Longest tag that fits it. */
const LONGEST = 64;

/** Whether each `<` begins such a tag: whoever shows HTML that another machine sanitised looks once more. */
export function isSanitised(html: string): boolean {
  for (let at = html.indexOf('<'); at >= 0; at = html.indexOf('<', at + 1)) {
    const [, name = ''] = TAG.exec(html.slice(at, at + LONGEST)) ?? [];
    if (!ALLOWED.has(name)) return false;
  }
  return true;
}

const STYLE = `body{font:14px/1.5 system-ui,sans-serif;margin:12px;color:#111;background:#fff;overflow-wrap:anywhere}
.link{color:#7a3b00;font-family:ui-monospace,monospace;font-size:12px}.image{color:#666;border:1px dashed #999;padding:0 4px}
table{border-collapse:collapse}td,th{vertical-align:top;padding:2px 6px}`;

/** What the page of the frame may do: nothing but its own style. */
const FRAME_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox";

/** A whole page around it. */
export const framed = (body: string): string =>
  `<!doctype html><html><head><meta charset="utf-8"><meta name="referrer" content="no-referrer"><style>${STYLE}</style></head><body>${body}</body></html>`;

/** The answer to whoever opens the frame. */
export const frameResponse = (page: string): Response =>
  new Response(page, {
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': FRAME_POLICY,
      'X-Frame-Options': 'SAMEORIGIN',
    },
  });
