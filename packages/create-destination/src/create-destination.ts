import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { messageOf } from './message-of';
import { checkPlan } from './check-plan';
import { CreateError } from './create-error';
import type { DestinationPlan } from './destination-plan';
import { fillManifest } from './fill-manifest';
import { fillTemplate } from './fill-template';
import { ownVersion } from './own-version';
import { TEMPLATES, templateFiles } from './template-files';

/** What was made. */
export interface CreatedDestination {
  readonly folder: string;
  /** Relative to the folder, with slashes, in alphabetical order. */
  readonly files: readonly string[];
}

/**
 * Writes the package of a destination: class, schemas, conformance suite, README, CI, changelog, licence.
 *
 * @throws CreateError `CREATE_NAME_INVALID`, `CREATE_OPTION_INVALID` or `CREATE_FOLDER_NOT_EMPTY`, having written nothing;
 * `CREATE_FAILED` where the folder can't be written to
 */
export async function createDestination(wanted: DestinationPlan): Promise<CreatedDestination> {
  const plan = checkPlan(wanted);
  await expectEmpty(plan.folder);
  const contents = await contentsOf(plan);
  try {
    for (const [file, text] of contents) {
      const path = join(plan.folder, file);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    }
  } catch (cause) {
    throw new CreateError(`${plan.folder} can't be written to: ${messageOf(cause)}.`, { code: 'CREATE_FAILED', cause });
  }
  return { folder: plan.folder, files: [...contents.keys()].sort() };
}

/**
 * Checks that nothing would be mixed with what is made. A repository without any files counts as empty.
 *
 * @throws CreateError `CREATE_FOLDER_NOT_EMPTY`, or `CREATE_FAILED` where it can't be read
 */
export async function expectEmpty(folder: string): Promise<void> {
  let names: readonly string[];
  try {
    names = await readdir(folder);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw new CreateError(`${folder} is no folder to write into: ${messageOf(cause)}.`, {
      code: 'CREATE_FAILED',
      cause,
    });
  }
  const found = names.filter((name) => name !== '.git');
  if (found.length === 0) return;
  const what = `${folder} is there already, and not empty: it has ${found.slice(0, 3).join(', ')}`;
  throw new CreateError(`${what}${found.length > 3 ? ', …' : ''}. Choose another one with --folder.`, {
    code: 'CREATE_FOLDER_NOT_EMPTY',
  });
}

async function contentsOf(plan: DestinationPlan): Promise<ReadonlyMap<string, string>> {
  const contents = new Map<string, string>();
  for (const { source, target } of templateFiles(plan.language)) {
    const text = await readFile(source, 'utf8');
    const isManifest = target === 'package.json';
    contents.set(
      target,
      isManifest ? fillManifest(text, plan, ownVersion()) : fillTemplate(text, basename(target), plan),
    );
  }
  if (plan.license !== 'UNLICENSED') {
    const text = await readFile(join(TEMPLATES, 'licenses', plan.license), 'utf8');
    const values: Readonly<Record<string, string>> = {
      year: String(new Date().getFullYear()),
      author: plan.author ?? `The authors of ${plan.name}`,
    };
    contents.set(
      'LICENSE',
      text.replace(/\{\{(year|author)\}\}/g, (_mark, key: string) => values[key] as string),
    );
  }
  return contents;
}
