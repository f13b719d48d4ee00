export { escapeControls } from './escapeControls.js';
export { formatCount, formatPercent, formatSeconds, formatSignificant } from './formatNumber.js';
export { formatProgress, type Progress } from './formatProgress.js';
export { printLine } from './printLine.js';
export { type ProgressLine, type ProgressOutput, progressLine } from './progressLine.js';
export { type TableColumn, table } from './table.js';
export { wrapText } from './wrapText.js';
