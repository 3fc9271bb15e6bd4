import { readFile } from 'node:fs/promises';

/** What the loader reads from a package.json before it runs any of the package's code. */
export interface PackageManifest {
  readonly name?: string;
  readonly version?: string;
  readonly description?: unknown;
  /** Not what it says, which is for Node to read; only whether it is there. */
  readonly exports?: unknown;
  readonly engines?: { readonly node?: string };
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  /** Marks the package as a plugin: which version of the contract it follows, and what it declares of itself. */
  readonly dest?: { readonly api?: unknown; readonly hosts?: unknown; readonly native?: unknown };
}

/** Reads a package.json, as Node does with or without a byte order mark. Undefined where there is none; throws where it isn't a JSON object. */
export async function readPackageManifest(file: string): Promise<PackageManifest | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
  const manifest: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
  if (typeof manifest !== 'object' || manifest === null || Array.isArray(manifest)) {
    throw new SyntaxError(`${file} should hold a JSON object`);
  }
  const { name, version, ...rest } = manifest as { readonly name?: unknown; readonly version?: unknown };
  return {
    ...rest,
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof version === 'string' ? { version } : {}),
  };
}
