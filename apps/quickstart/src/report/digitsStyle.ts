/** The look of what only the page about digits has: the field of all test digits, and pictures. */
export const digitsStyle: string = `
.digits { list-style: none; display: grid; grid-template-columns: repeat(auto-fill, minmax(98px, 1fr)); gap: 12px; }
.digits li { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: 8px 8px 10px; text-align: center; line-height: 1.3; }
.digits img { display: block; width: 84px; max-width: 100%; height: auto; margin: 0 auto 4px; image-rendering: pixelated; mix-blend-mode: multiply; }
.verdict { font-size: 14px; white-space: nowrap; }
.verdict b { font-size: 17px; }
.sure { color: var(--quiet); font-size: 13px; font-variant-numeric: tabular-nums; }
@media (prefers-color-scheme: dark) { .digits img { filter: invert(1); mix-blend-mode: screen; } }
.field { display: block; width: 100%; height: auto; border-radius: 6px; }
.field .right { fill: var(--right-field); }
.field .wrong { fill: var(--wrong); }
@media (max-width: 560px) {
  .digits { grid-template-columns: repeat(auto-fill, minmax(76px, 1fr)); gap: 8px; }
  .digits li { padding-inline: 2px; }
  .verdict { font-size: 12px; }
}
@media print { .digits li { break-inside: avoid; } }
`;
