/** The report's look: calm paper by day, calm slate by night, blue for what went well and orange for mistakes. */
export const reportStyle: string = `
:root {
  --paper: #faf9f6; --card: #ffffff; --ink: #1d2125; --quiet: #5f666d; --rule: #e5e2db;
  --right: #1c6aa8; --wrong: #b5480a; --right-field: #d9e4ec;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12161a; --card: #1a1f24; --ink: #e7e5e0; --quiet: #98a1a9; --rule: #2c333a;
    --right: #6fb4e6; --wrong: #f39a5f; --right-field: #24323d;
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
dd, td, .big, .sure { white-space: nowrap; }
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
.lead b { color: var(--ink); font-variant-numeric: tabular-nums; }
.field { display: block; width: 100%; height: auto; border-radius: 6px; }
.field .right { fill: var(--right-field); }
.field .wrong { fill: var(--wrong); }
header figcaption { color: var(--quiet); font-size: 14px; margin-top: 10px; }

.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 4px 24px; margin-top: 56px;
  padding: 20px 0; border-block: 1px solid var(--rule); }
.figures div { padding: 6px 0; display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.figures dt { color: var(--quiet); font-size: 14px; }
.figures dd { font-size: 25px; line-height: 1.25; font-weight: 600; letter-spacing: -.02em; font-variant-numeric: tabular-nums; }

.columns { display: grid; gap: 20px; grid-template-columns: minmax(0, 1fr); }
.card { background: var(--card); border: 1px solid var(--rule); border-radius: 12px; padding: clamp(16px, 3vw, 28px); min-width: 0; }
.card figcaption { margin-bottom: 16px; }
.card figcaption p { font-size: 14px; }

.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 18px; font-size: 14px; color: var(--quiet); }
.legend li { display: flex; align-items: center; gap: 7px; }
.swatch { width: 18px; height: 0; border-top: 2.5px solid var(--right); border-radius: 2px; }
.swatch.faint { opacity: .4; border-top-width: 1.5px; }
.frame { padding: 22px 8px 46px 52px; }
.plot { display: block; width: 100%; height: 260px; overflow: visible; }
.plot text { font-size: 13px; fill: var(--quiet); font-variant-numeric: tabular-nums; }
.plot .value { fill: var(--ink); font-weight: 600; stroke: var(--card); stroke-width: 5; stroke-linejoin: round; paint-order: stroke; }
.grid { stroke: var(--rule); }
.mark { stroke: var(--quiet); stroke-dasharray: 2 4; opacity: .6; }
.plot path { fill: none; stroke: var(--right); stroke-width: 2.5; stroke-linejoin: round; stroke-linecap: round; vector-effect: non-scaling-stroke; }
.plot path.faint { stroke-width: 1; opacity: .4; }
.dot { fill: var(--right); stroke: var(--card); stroke-width: 2; }
figure.card { display: flex; flex-direction: column; }
details { font-size: 14px; margin-top: auto; }
summary { color: var(--quiet); cursor: pointer; width: fit-content; }
details table { margin-top: 10px; }

table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { font-weight: 500; }
.numbers { font-size: 14px; }
.numbers th, .numbers td { text-align: right; padding: 6px 0 6px 12px; border-bottom: 1px solid var(--rule); vertical-align: baseline; }
.numbers th:first-child { text-align: left; padding-left: 0; }
.numbers thead th { color: var(--quiet); font-weight: 400; }
.numbers tbody tr:last-child > * { border-bottom: 0; }

.confusion { table-layout: fixed; text-align: center; font-size: 13px; border-spacing: 2px; border-collapse: separate; }
.confusion th { color: var(--quiet); padding: 0; }
.confusion thead th:first-child { width: 18px; }
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
.recall .counts { font-size: 13px; }
.recall th:last-child, .recall td:last-child { padding-right: 0; }
.recall .strip { width: 100%; min-width: 90px; }
.recall thead .strip { font-size: 12px; }
.recall thead .strip span + span { float: right; }
.track { display: block; position: relative; height: 2px; background: var(--rule); margin-right: 10px; }
.track .mark { position: absolute; left: calc(100% * var(--at)); top: -4px; width: 10px; height: 10px; border-radius: 5px; background: var(--right); opacity: 1; }

.digits { list-style: none; display: grid; grid-template-columns: repeat(auto-fill, minmax(98px, 1fr)); gap: 12px; }
.digits li { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: 8px 8px 10px; text-align: center; line-height: 1.3; }
.digits img { display: block; width: 84px; max-width: 100%; height: auto; margin: 0 auto 4px; image-rendering: pixelated; mix-blend-mode: multiply; }
.verdict { font-size: 14px; white-space: nowrap; }
.verdict b { font-size: 17px; }
.sure { color: var(--quiet); font-size: 13px; font-variant-numeric: tabular-nums; }
@media (prefers-color-scheme: dark) { .digits img { filter: invert(1); mix-blend-mode: screen; } }

.settings div { display: flex; justify-content: space-between; gap: 16px; padding: 6px 0; border-bottom: 1px solid var(--rule); font-size: 14px; }
.settings div:last-child { border-bottom: 0; }
.settings dt { color: var(--quiet); }
.settings dd { text-align: right; white-space: normal; font-variant-numeric: tabular-nums; }

@media (max-width: 560px) {
  .confusion { font-size: 11px; border-spacing: 1px; }
  .confusion td { height: 27px; border-radius: 3px; }
  .frame { padding-left: 40px; padding-right: 0; }
  .recall .counts { display: none; }
  .digits { grid-template-columns: repeat(auto-fill, minmax(76px, 1fr)); gap: 8px; }
  .digits li { padding-inline: 2px; }
  .verdict { font-size: 12px; }
}
@media (min-width: 900px) {
  header { grid-template-columns: minmax(0, 1fr) 360px; gap: 64px; }
  .columns { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .columns.wide-left { grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); }
}
@media print { .card, .digits li { break-inside: avoid; } }
`;
