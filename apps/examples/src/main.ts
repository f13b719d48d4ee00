import { digits } from './digits.js';
import { emoji } from './emoji.js';
import { exported } from './exported.js';
import { flights } from './flights.js';
import { mail } from './mail.js';
import { weather } from './weather.js';

const programs: Readonly<Record<string, () => Promise<unknown>>> = {
  digits,
  emoji,
  exported,
  flights,
  mail,
  weather,
};

const [name = ''] = process.argv.slice(2);
if (Object.hasOwn(programs, name)) {
  const start = performance.now();
  await programs[name]?.();
  console.log(`in ${((performance.now() - start) / 1000).toFixed(0)} s`);
} else {
  console.error(`npm run example NAME, where NAME is one of: ${Object.keys(programs).join(', ')}`);
  process.exitCode = 2;
}
