// A plugin of typedoc: modules are called what users import them by, instead of by the folder of their sources.

import { readFileSync } from 'node:fs';
import { Converter, ReflectionKind } from 'typedoc';

const root = new URL('../../', import.meta.url);

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.getReflectionsByKind(ReflectionKind.Module)) {
      const manifest = new URL(`${module.name.replace(/src$/, '')}package.json`, root);
      module.name = JSON.parse(readFileSync(manifest, 'utf8')).name;
    }
  });
}
