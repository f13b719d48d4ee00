/** The report's look: calm paper by day, calm slate by night, blue for what went well and orange for mistakes. */
export const reportStyle: string = `
:root {
  --paper: #faf9f6; --card: #ffffff; --ink: #1d2125; --quiet: #5f666d; --rule: #e5e2db;
  --right: #1c6aa8; --wrong: #b5480a; --second: #7b4aa0; --right-field: #d9e4ec;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12161a; --card: #1a1f24; --ink: #e7e5e0; --quiet: #98a1a9; --rule: #2c333a;
    --right: #6fb4e6; --wrong: #f39a5f; --second: #c39ae6; --right-field: #24323d;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif;
  -webkit-text-size-adjust: 100%;
}
main { max-width: 1180px; margin: 0 auto; padding: clamp(24px, 5vw, 72px) clamp(16px, 4vw, 40px) 72px; }
h1, h2, h3, p, dl, dd, figure, ol, ul { margin: 0; padding: 0; }
dd, td, .big { white-space: nowrap; }
h2 { font-size: 26px; line-height: 1.2; font-weight: 600; letter-spacing: -.015em; margin-bottom: 20px; }
h3 { font-size: 17px; font-weight: 600; }
section { margin-top: clamp(48px, 7vw, 80px); }
section > p { color: var(--quiet); margin: -12px 0 20px; }
b { font-weight: 600; }
.quiet, figcaption p { color: var(--quiet); }
.wrong { color: var(--wrong); }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

header { display: grid; gap: 40px; align-items: center; }
.over { color: var(--quiet); font-weight: 500; }
h1 { font-weight: 500; line-height: 1; margin: 12px 0 24px; }
.big { display: block; font-size: clamp(68px, 13vw, 148px); letter-spacing: -.045em; font-variant-numeric: tabular-nums; margin-left: -.04em; }
.of { display: block; font-size: 26px; letter-spacing: -.01em; margin-top: 12px; color: var(--right); }
.lead { font-size: 19px; max-width: 34em; color: var(--quiet); text-wrap: pretty; }
.lead + .lead { margin-top: 12px; }
.lead b { color: var(--ink); font-variant-numeric: tabular-nums; }
header figcaption { color: var(--quiet); font-size: 14px; margin-top: 10px; }

.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 4px 24px;
  padding: 18px 0; border-bottom: 1px solid var(--rule); }
.figures div { padding: 6px 0; display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.figures dt { color: var(--quiet); font-size: 14px; }
.figures dd { font-size: 25px; line-height: 1.25; font-weight: 600; letter-spacing: -.02em; font-variant-numeric: tabular-nums; }

.strips { margin-top: 56px; border-top: 1px solid var(--rule); }
.bar { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 2px 12px; align-items: baseline; font-size: 14px; margin-top: 12px; }
.bar .label { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.bar .number { font-variant-numeric: tabular-nums; font-weight: 600; }
.bar .track { grid-column: 1 / -1; height: 8px; border-radius: 4px; margin: 0; overflow: hidden; }
.bar .track span { display: block; height: 100%; width: calc(100% * var(--share)); border-radius: 4px; background: var(--right); }
.bar.faint .track span { background: var(--quiet); opacity: .55; }
.bar.faint .label, .bar.faint .number { color: var(--quiet); font-weight: 400; }
.bars { list-style: none; }
.more { font-size: 14px; margin-top: 14px; }
.comparison h3 { font-size: 14px; font-weight: 400; color: var(--quiet); }
.comparison div + div { margin-top: 28px; }
.comparison .bar .track { height: 12px; border-radius: 6px; }
.comparison .bar .track span { border-radius: 6px; }
.warnings { margin-top: 48px; border-left: 4px solid var(--wrong); padding: 2px 0 2px 20px; }
.warnings h2 { font-size: 17px; margin-bottom: 8px; color: var(--wrong); letter-spacing: 0; }
.warnings ul { list-style: none; }
.warnings li { max-width: 70ch; overflow-wrap: anywhere; }
.warnings li + li { margin-top: 8px; }
.scroll { overflow-x: auto; }
.graph { max-height: 640px; overflow: auto; }
.graph svg { display: block; margin: 0 auto; }
.graph rect { fill: var(--paper); stroke: var(--rule); stroke-width: 1.5; }
.graph .learns rect { fill: color-mix(in srgb, var(--right) 12%, var(--card)); stroke: color-mix(in srgb, var(--right) 45%, var(--card)); }
.graph .input rect { fill: none; stroke: var(--quiet); stroke-dasharray: 4 3; }
.graph text { font-size: 13px; font-weight: 600; fill: var(--ink); }
.graph .under { font-size: 12px; font-weight: 400; fill: var(--quiet); font-variant-numeric: tabular-nums; }
.graph .edge { fill: none; stroke: var(--quiet); stroke-width: 1.5; opacity: .7; }

.columns { display: grid; gap: 20px; grid-template-columns: minmax(0, 1fr); }
.card { background: var(--card); border: 1px solid var(--rule); border-radius: 12px; padding: clamp(16px, 3vw, 28px); min-width: 0; container-type: inline-size; }
.card figcaption { margin-bottom: 16px; }
.card figcaption p { font-size: 14px; }

.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 18px; font-size: 14px; color: var(--quiet); }
.legend li { display: flex; align-items: center; gap: 7px; }
.swatch { width: 18px; height: 0; border-top: 2.5px solid var(--right); border-radius: 2px; }
.swatch.faint { opacity: .4; border-top-width: 1.5px; }
.swatch.second { border-color: var(--second); }
.swatch.reference { border-top: 1.5px dashed var(--quiet); }
.swatch.specks { width: 7px; height: 7px; border: 0; border-radius: 4px; background: var(--right); }
.frame { padding: 30px 8px 46px 52px; }
.frame.square { max-width: 520px; }
.plot { display: block; width: 100%; height: 260px; overflow: visible; }
.square .plot { height: auto; aspect-ratio: 1.25; }
.plot text { font-size: 13px; fill: var(--quiet); font-variant-numeric: tabular-nums; }
.plot .value { fill: var(--ink); font-weight: 600; stroke: var(--card); stroke-width: 5; stroke-linejoin: round; paint-order: stroke; }
.grid { stroke: var(--rule); }
.mark { stroke: var(--quiet); stroke-dasharray: 2 4; opacity: .6; }
.plot path { fill: none; stroke: var(--right); stroke-width: 2.5; stroke-linejoin: round; stroke-linecap: round; vector-effect: non-scaling-stroke; }
.plot path.faint { stroke-width: 1; opacity: .4; }
.plot path.second { stroke: var(--second); }
.plot path.specks { stroke-width: 4; opacity: .4; }
.plot path.reference { stroke: var(--quiet); stroke-width: 1.5; stroke-dasharray: 5 5; }
.plot path.bars { fill: var(--right); stroke: var(--card); stroke-width: 1.5; }
.dot { fill: var(--right); stroke: var(--card); stroke-width: 2; }
.dot.second { fill: var(--second); }
figure.card { display: flex; flex-direction: column; }
details { font-size: 14px; margin-top: auto; }
summary { color: var(--quiet); cursor: pointer; width: fit-content; }
details table { margin-top: 10px; }

table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { font-weight: 500; }
.numbers { font-size: 14px; }
.numbers th, .numbers td { text-align: right; padding: 6px 0 6px 12px; border-bottom: 1px solid var(--rule); vertical-align: baseline; }
.numbers th:first-child { text-align: left; padding-left: 0; }
.numbers .text { text-align: left; white-space: normal; overflow-wrap: break-word; padding-left: 20px; }
.numbers tbody th { max-width: 16em; overflow-wrap: break-word; }
.worst th, .worst .text { white-space: nowrap; }
.numbers td.text.quiet { min-width: 11em; }
h3.second { margin: 28px 0 8px; }
.worst .value { color: var(--quiet); }
.worst td span { display: block; max-width: 16em; overflow: hidden; text-overflow: ellipsis; }
.numbers thead th { color: var(--quiet); font-weight: 400; }
.numbers tbody tr:last-child > * { border-bottom: 0; }

.confusion { table-layout: fixed; text-align: center; font-size: 13px; border-spacing: 2px; border-collapse: separate; }
.confusion th { color: var(--quiet); padding: 0; }
.confusion thead th:first-child { width: 18px; }
.confusion th span { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.confusion.few td, .confusion.few td.long { height: 64px; font-size: 15px; letter-spacing: 0; }
.confusion.few thead th { padding: 0 6px 8px; }
.confusion.few thead th:first-child, .confusion.upright thead th:first-child { width: min(30%, 9em); }
.confusion.few tbody th, .confusion.upright tbody th { text-align: right; padding-right: 8px; }
.confusion.upright thead th { vertical-align: bottom; }
.confusion.upright thead th + th span { writing-mode: vertical-rl; transform: rotate(180deg); max-height: 9em; margin: 0 auto 6px; line-height: 1.2; }
.confusion td { height: 38px; padding: 0; border-radius: 4px; }
.confusion td.long { font-size: .82em; letter-spacing: -.04em; }
.confusion .none { color: color-mix(in srgb, var(--quiet) 70%, transparent); }
.confusion td.right { background: color-mix(in srgb, var(--right) calc(78% + 22% * var(--heat)), var(--card)); color: var(--card); font-weight: 600; }
.confusion td.weak { background: color-mix(in srgb, var(--right) calc(10% + 60% * var(--heat)), var(--card)); color: var(--ink); }
.confusion td.wrong { background: color-mix(in srgb, var(--wrong) calc(6% + 40% * var(--heat)), var(--card)); color: var(--ink); }

.recall { font-size: 14px; }
.recall th, .recall td { padding: 0 14px 0 0; height: 40px; text-align: left; white-space: nowrap; }
.recall thead th { color: var(--quiet); font-weight: 400; height: 38px; }
.recall tbody th { font-size: 17px; font-weight: 600; }
.recall .number { text-align: right; }
.recall th span, .recall td:last-child > span { display: block; max-width: 9em; overflow: hidden; text-overflow: ellipsis; }
.recall td:last-child > span { white-space: normal; line-height: 1.3; padding: 3px 0; }
.recall thead .strip span { display: inline; }
.recall .counts { font-size: 13px; }
.recall th:last-child, .recall td:last-child { padding-right: 0; }
.recall .strip { width: 100%; min-width: 90px; }
.recall thead .strip { font-size: 12px; }
.recall thead .strip span + span { float: right; }
.track { display: block; position: relative; height: 2px; background: var(--rule); margin-right: 10px; }
.track .mark { position: absolute; left: calc(100% * var(--at)); top: -4px; width: 10px; height: 10px; border-radius: 5px; background: var(--right); opacity: 1; }


.settings div { display: flex; justify-content: space-between; gap: 16px; padding: 6px 0; border-bottom: 1px solid var(--rule); font-size: 14px; }
.settings div:last-child { border-bottom: 0; }
.settings dt { color: var(--quiet); }
.settings dd { text-align: right; white-space: normal; font-variant-numeric: tabular-nums; }

@media (max-width: 560px) {
  .confusion { font-size: 11px; border-spacing: 1px; }
  .confusion td { height: 27px; border-radius: 3px; }
  .frame { padding-left: 40px; padding-right: 0; }
  .confusion.few td, .confusion.few td.long { height: 48px; font-size: 13px; }
}
@container (max-width: 600px) {
  .recall .strip { display: none; }
}
@container (max-width: 540px) {
  .recall .counts { display: none; }
}
@container (max-width: 400px) {
  .recall tbody th { font-size: 15px; }
  .recall th, .recall td { padding-right: 8px; }
  .recall tbody th span { max-width: 6em; }
}
@media (min-width: 900px) {
  header { grid-template-columns: minmax(0, 1fr) 360px; gap: 64px; }
  .columns { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .columns.one { grid-template-columns: minmax(0, 1fr); }
  .columns.wide-left { grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); }
}
@media print { .card { break-inside: avoid; } }
`;
