import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

const SCHEMA = join('node_modules', '@dest', 'host', 'schema', 'dest.schema.json');

/** Where the configuration's schema is, as `folder` sees it: in the nearest `node_modules`, or where it will be. */
export function findSchema(folder: string): string {
  let nearest = folder;
  while (!existsSync(join(nearest, SCHEMA)) && dirname(nearest) !== nearest) nearest = dirname(nearest);
  const found = existsSync(join(nearest, SCHEMA)) ? relative(folder, join(nearest, SCHEMA)) : SCHEMA;
  const path = found.split(sep).join('/');
  return path.startsWith('.') ? path : `./${path}`;
}
