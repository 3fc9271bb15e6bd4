import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, '../fixtures/certificates');

/** The path of a file of `test/fixtures/certificates`; `make.sh` there has made it. */
export function certificatePath(name: string): string {
  return join(FOLDER, name);
}

/** Its text, PEM. */
export function certificateText(name: string): string {
  return readFileSync(certificatePath(name), 'utf8');
}
