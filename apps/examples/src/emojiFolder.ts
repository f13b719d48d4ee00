import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DATA, dataPackage } from './dataPackage.js';

/** A folder with a folder of each category of emoji, and in it the pictures, 64×64. */
export async function emojiFolder(): Promise<string> {
  const source = await dataPackage('emoji-datasource-google', '16.0.0');
  const folder = join(DATA, 'emoji');
  const listed = JSON.parse(await readFile(join(source, 'emoji.json'), 'utf8')) as readonly Emoji[];
  for (const { image, category, has_img_google } of listed) {
    if (!has_img_google) continue;
    const own = join(folder, category);
    await mkdir(own, { recursive: true });
    await copyFile(join(source, 'img', 'google', '64', image), join(own, image));
  }
  return folder;
}

interface Emoji {
  readonly image: string;
  readonly category: string;
  readonly has_img_google: boolean;
}
