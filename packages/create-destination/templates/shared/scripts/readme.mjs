// Writes the tables of settings in README.md anew, from the schemas of the class.
import { readFile, writeFile } from 'node:fs/promises';
import { withSettings } from '@dest/testkit';
import { TemplateDestination } from 'dest-plugin-template';

const file = new URL('../README.md', import.meta.url);
const page = await readFile(file, 'utf8');
await writeFile(file, withSettings(page, TemplateDestination));
