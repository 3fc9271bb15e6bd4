import { readFile } from 'node:fs/promises';
import { ConfigurationError, failureOf, type Files } from '@dest/core';
import type { PemSource } from './pem-source';

export interface TextOrFile {
  /** Where it stands, such as `credentials.tls.clientKey`. */
  readonly field: string;
  readonly value: string;
  /** How the text itself begins; everything else is a path. */
  readonly textStart: RegExp;
  /** True where the value may be a secret that was mistaken for a path: it comes up in no message then. */
  readonly secret: boolean;
}

/**
 * Takes a text as it is, or reads the file that a path names, inside the folders the host allows.
 * Throws a ConfigurationError: PULSAR_FILE_UNREADABLE, or what the host's policy on files says.
 */
export async function readTextOrFile(given: TextOrFile, files: Files): Promise<PemSource> {
  const { field, value, textStart, secret } = given;
  if (textStart.test(value)) return { text: value };
  try {
    const path = await files.resolve(value);
    return { text: await readFile(path, 'utf8'), path };
  } catch (cause) {
    const { retry, code } = failureOf(cause);
    // The host's policy, in its own words.
    if (retry === 'configuration' && !secret) throw cause;
    const what = secret ? 'the file that it names' : `the file ${value}`;
    throw new ConfigurationError(
      `${field}: ${what} can't be read (${code}). It should be a path from the ` +
        "configuration's folder, or the text itself. Check that the file is there, and may be read.",
      { code: 'PULSAR_FILE_UNREADABLE', ...(secret ? {} : { cause }) },
    );
  }
}
