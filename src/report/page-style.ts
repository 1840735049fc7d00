/** How the page of a report looks: light and dark, wide and narrow. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --ground: #ffffff;
  --panel: #f5f7f9;
  --line: #d6dce2;
  --text: #1c2126;
  --faint: #57606a;
  --accent: #0b5cad;
  --green: #176d2d;
  --red: #b02020;
  --amber: #8a5a00;
  --added: #e2f5e6;
  --removed: #fdeaea;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #15181c;
    --panel: #1d2127;
    --line: #343b44;
    --text: #e3e7eb;
    --faint: #9aa5b1;
    --accent: #6cb2ff;
    --green: #62cf7d;
    --red: #ff8f87;
    --amber: #e5b455;
    --added: #14341d;
    --removed: #431c1c;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main, header { max-width: 90rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 1.5rem; }
h1 { margin: 0; font-size: 1.5rem; }
h3 { margin: 0 0 .4rem; font: 600 .9rem ui-monospace, monospace; overflow-wrap: anywhere; }
header p { margin: .25rem 0 1rem; color: var(--faint); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .6rem; }
.tiles > * { display: block; padding: .6rem .8rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--panel); color: inherit; font: inherit; text-align: left; }
button { cursor: pointer; }
.tiles b { display: block; font-size: 1.5rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.tiles button[aria-pressed=true] { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
.totals { margin: .75rem 0 0; }
.totals > div { display: flex; flex-wrap: wrap; gap: 1rem 2.5rem; padding: .5rem 0 1rem; }
.totals table { border-collapse: collapse; font-size: .9rem; align-self: start; }
.totals th { text-align: left; font-weight: 600; }
.totals td, .totals th { padding: .1rem .9rem .1rem 0; }
.totals td + td, .totals th + th { text-align: right; font-variant-numeric: tabular-nums; }
.filters { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: 0 -1.25rem; padding: .6rem 1.25rem; border-bottom: 1px solid var(--line); background: var(--ground); }
.filters label { display: flex; align-items: center; gap: .35rem; color: var(--faint); font-size: .85rem; }
.filters input, .filters select, .filters button { padding: .3rem .5rem; border: 1px solid var(--line); border-radius: .35rem; background: var(--panel); color: var(--text); font: inherit; font-size: .9rem; max-width: 11rem; }
#shown { margin-left: auto; color: var(--faint); font-size: .9rem; }
details { border-bottom: 1px solid var(--line); }
summary { display: flex; flex-wrap: wrap; gap: .3rem .6rem; align-items: baseline; padding: .45rem .25rem; cursor: pointer; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary::before { content: '▸'; color: var(--faint); }
details[open] > summary::before { content: '▾'; }
summary:hover { background: var(--panel); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.path { font: 600 .9rem ui-monospace, monospace; overflow-wrap: anywhere; min-width: 0; }
.address { color: var(--faint); font-size: .85rem; overflow-wrap: anywhere; }
.tag { padding: 0 .45rem; border: 1px solid var(--line); border-radius: 1rem; color: var(--faint); font-size: .78rem; }
.status { flex: none; width: 6rem; font-size: .85rem; }
.status.changed { color: var(--green); }
.status.failed { color: var(--red); }
.status.refused { color: var(--amber); }
.status.unchanged, .status.skipped { color: var(--faint); }
.content { padding: .25rem 0 1rem 1.4rem; }
section { margin: .6rem 0 1.2rem; }
.finding { margin: .15rem 0 .35rem; padding-left: .6rem; border-left: 3px solid var(--line); font-size: .9rem; overflow-wrap: anywhere; }
.finding.exact, .finding.equivalent { border-color: var(--green); }
.finding.unsafe, .finding.refused { border-color: var(--amber); }
.finding.error { border-color: var(--red); color: var(--red); }
.finding code { padding: 0 .25rem; border-radius: .25rem; background: var(--panel); font: .85em ui-monospace, monospace; }
.finding ul { margin: .1rem 0; padding-left: 1.2rem; color: var(--faint); }
.diff { width: 100%; margin-top: .5rem; border: 1px solid var(--line); border-collapse: collapse; table-layout: fixed; font: .8rem/1.45 ui-monospace, monospace; }
.diff td { padding: 0 .4rem; vertical-align: top; }
.diff .number { width: 3.4rem; color: var(--faint); text-align: right; user-select: none; }
.diff .text { white-space: pre-wrap; overflow-wrap: anywhere; }
.diff .removed { background: var(--removed); }
.diff .added { background: var(--added); }
.diff .none, .diff .hunk td { background: var(--panel); }
.diff .hunk td { color: var(--faint); text-align: center; }
.diff.two tr > td:nth-child(3) { border-left: 1px solid var(--line); }
#more { padding: 1rem; color: var(--faint); text-align: center; }
footer { padding: 1.5rem 0; color: var(--faint); font-size: .85rem; }
@media (max-width: 60rem) {
  .content { padding-left: .25rem; }
  .filters { position: static; }
  #shown { margin-left: 0; }
  .status { width: auto; }
}
@media print { .filters, #more { display: none; } }
`;
