import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Service, serve } from './serve.js';
import { post } from './testing/post.js';
import { tripLearning, tripModel, trips } from './testing/trips.js';

/** Where Debian has it; elsewhere Playwright's own, if it was installed. */
const DEBIAN = '/usr/bin/chromium';

async function launch(): Promise<Browser | undefined> {
  const own = existsSync(DEBIAN) ? { executablePath: DEBIAN } : {};
  return chromium.launch({ ...own, args: ['--no-sandbox'] }).catch(() => undefined);
}

const LOOKS = [
  { name: 'light', width: 1280, height: 900, colorScheme: 'light' },
  { name: 'dark', width: 1280, height: 900, colorScheme: 'dark' },
  { name: 'narrow', width: 360, height: 740, colorScheme: 'light' },
] as const;

describe('the live page', () => {
  let directory: string;
  let browser: Browser | undefined;
  let page: Page | undefined;
  const complaints: string[] = [];
  let service: Service;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'fluxion-page-'));
    service = await serve(tripModel(), { port: 0, learning: { ...tripLearning(directory), shadow: true } });
    const launched = launch();
    // There is a sample each second.
    for (let i = 0; i < 300; i += 100) {
      await post(`${service.url}/predict`, trips(i, i + 100));
      await post(`${service.url}/learn`, trips(i, i + 100));
      await events(service.url, i / 100 + 1);
    }
    browser = await launched;
    page = await browser?.newPage();
    if (page === undefined) {
      console.warn('left out: the live page in a browser, for there is no chromium');
      return;
    }
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(service.url);
    await page.locator('canvas').nth(3).waitFor();
  });
  afterAll(async () => {
    await service.close();
    await browser?.close();
    rmSync(directory, { recursive: true });
  });

  it.each(LOOKS)(
    'shows figures and curves that follow the service, $name',
    async ({ name, colorScheme, ...viewport }) => {
      if (page === undefined) return expect(browser).toBeUndefined();
      const drawn = page;
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      expect(await titles(page)).toEqual(['Loss', 'Accuracy', 'Throughput', 'Latency']);
      expect(await page.textContent('#state')).toBe('Live');
      const figures = await page.textContent('#figures');
      expect(figures).toMatch(/recent accuracy/);
      expect(figures).toMatch(/events learned\s*300/);
      const served = page.locator('.legend li', { hasText: 'served model' }).first();
      expect(await served.textContent()).toMatch(/served model\s*0\.\d+/);
      const width = await page.evaluate<number>('document.documentElement.scrollWidth');
      expect(width).toBeGreaterThan(0);
      expect(width).toBeLessThanOrEqual(viewport.width);
      await expect.poll(() => drawnPixels(drawn)).toBeGreaterThan(100);
      if (process.env.FLUXION_SCREENSHOTS !== undefined) {
        await page.screenshot({
          path: join(process.env.FLUXION_SCREENSHOTS, `live-${name}.png`),
          fullPage: true,
        });
      }
      expect(complaints).toEqual([]);
    },
  );

  it('goes on with the next sample when the connection was cut', async () => {
    const first = await events(service.url, 2);
    const last = first.at(-1) as number;
    const [next] = await events(service.url, 1, String(last));
    expect(next).toBe(last + 1);
  });
});

function titles(page: Page): Promise<string[]> {
  return page.locator('h2').allTextContents();
}

/** How many pixels of the first chart are of the colour of its first curve, or nearly. */
function drawnPixels(page: Page): Promise<number> {
  return page.evaluate<number>(`(() => {
    const canvas = document.querySelector('canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const probe = document.createElement('i');
    probe.style.color = getComputedStyle(document.documentElement).getPropertyValue('--first');
    document.body.append(probe);
    const colour = getComputedStyle(probe).color.match(/\\d+/g).map(Number);
    probe.remove();
    let count = 0;
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3] > 200 && [0, 1, 2].every((j) => Math.abs(data[i + j] - colour[j]) < 40)) count++;
    }
    return count;
  })()`);
}

/** Ids of the first events that the feed sends. */
async function events(url: string, count: number, last?: string): Promise<number[]> {
  const { body } = await fetch(`${url}/live`, {
    headers: last === undefined ? {} : { 'last-event-id': last },
  });
  let text = '';
  for await (const chunk of body ?? []) {
    text += new TextDecoder().decode(chunk as Uint8Array);
    const ids = [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
    if (ids.length >= count) {
      return ids.slice(0, count);
    }
  }
  return [];
}
