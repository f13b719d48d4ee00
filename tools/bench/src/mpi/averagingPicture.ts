import type { Averaged } from './mpiPage.js';

const [WIDTH, HEIGHT] = [820, 340];
const [LEFT, RIGHT, TOP, BOTTOM] = [30, 790, 70, 280];
const [BARS, POINTS] = ['#0b7285', '#e8590c'];

/** A picture of speed (bars) and accuracy (points) by how often the mean is taken, as SVG for light and dark pages alike. */
export function averagingPicture(averaged: readonly Averaged[]): string {
  const title =
    'Two ranks that learn after each example: examples/s (bars), test digits that are right (points)';
  const fastest = Math.max(...averaged.map(({ examplesPerSecond }) => examplesPerSecond));
  const accuracies = averaged.map(({ accuracy }) => accuracy);
  const least = Math.floor(100 * Math.min(...accuracies) - 1) / 100;
  const most = Math.max(...accuracies);
  const step = (RIGHT - LEFT) / averaged.length;
  const marks = averaged.map(({ every, examplesPerSecond, accuracy }, i) => {
    const x = LEFT + (i + 0.5) * step;
    const top = BOTTOM - ((BOTTOM - TOP) * examplesPerSecond) / fastest;
    const y = BOTTOM - ((BOTTOM - TOP) * (accuracy - least)) / (most - least);
    const [bar, speed] = [x - 40, Math.round(examplesPerSecond).toLocaleString('en')];
    return `<rect x="${at(bar)}" y="${at(top)}" width="34" height="${at(BOTTOM - top)}" fill="${BARS}"/>
<text x="${at(bar + 17)}" y="${at(top - 6)}" text-anchor="middle" fill="${BARS}">${speed}</text>
<circle cx="${at(x + 24)}" cy="${at(y)}" r="5" fill="${POINTS}"/>
<text x="${at(x + 24)}" y="${at(y - 10)}" text-anchor="middle" fill="${POINTS}">${(100 * accuracy).toFixed(1)} %</text>
<text x="${at(x)}" y="${BOTTOM + 20}" text-anchor="middle">${every.toLocaleString('en')}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="13">
<title>${title}</title>
<style>text:not([fill]) { fill: #333 } .grid { stroke: #8884; fill: none } @media (prefers-color-scheme: dark) { text:not([fill]) { fill: #ddd } }</style>
<text x="${LEFT}" y="20" font-weight="bold">${title}</text>
<path class="grid" d="M${LEFT} ${BOTTOM}H${RIGHT}"/>
${marks.join('\n')}
<text x="${WIDTH / 2}" y="${HEIGHT - 12}" text-anchor="middle">examples of a rank between two means</text>
</svg>
`;
}

function at(place: number): string {
  return place.toFixed(1);
}
