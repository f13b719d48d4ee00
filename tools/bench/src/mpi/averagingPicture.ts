import type { Averaged } from './mpiPage.js';

const [WIDTH, HEIGHT, MARGIN] = [560, 260, 56];

/** A picture of speed (bars) and accuracy (points) by how often the mean is taken, as SVG. */
export function averagingPicture(averaged: readonly Averaged[]): string {
  const fastest = Math.max(...averaged.map(({ examplesPerSecond }) => examplesPerSecond));
  const least = Math.floor(20 * Math.min(...averaged.map(({ accuracy }) => accuracy)) - 0.2) / 20;
  const step = (WIDTH - 2 * MARGIN) / averaged.length;
  const bottom = HEIGHT - MARGIN;
  const tall = HEIGHT - 2 * MARGIN;
  const marks = averaged.map(({ every, examplesPerSecond, accuracy }, i) => {
    const x = MARGIN + (i + 0.5) * step;
    const height = (tall * examplesPerSecond) / fastest;
    const y = bottom - (tall * (accuracy - least)) / (1 - least);
    return `<rect x="${x - 18}" y="${bottom - height}" width="36" height="${height}" fill="#9ab8d8"/>
<text x="${x}" y="${bottom - height - 6}" text-anchor="middle">${Math.round(examplesPerSecond / 100) / 10} k/s</text>
<circle cx="${x}" cy="${y}" r="4" fill="#b3432b"/>
<text x="${x + 8}" y="${y + 4}" fill="#b3432b">${(100 * accuracy).toFixed(1)} %</text>
<text x="${x}" y="${bottom + 18}" text-anchor="middle">${every.toLocaleString('en')}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="white"/>
<text x="${MARGIN}" y="20">Examples/s of two ranks (bars), and share of the test digits that are right (points)</text>
<line x1="${MARGIN}" y1="${bottom}" x2="${WIDTH - MARGIN}" y2="${bottom}" stroke="black"/>
${marks.join('\n')}
<text x="${WIDTH / 2}" y="${HEIGHT - 12}" text-anchor="middle">examples of a rank between two means</text>
</svg>
`;
}
