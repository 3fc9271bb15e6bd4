import { unscoped } from './package-name';

/** What is called after the package. */
export interface DerivedNames {
  /** `AcmeCrmDestination` */
  readonly className: string;
  /** `ACME_CRM`: what the codes of its errors begin with. */
  readonly codePrefix: string;
  /** `Acme crm` */
  readonly title: string;
}

/** What only says that it is a plugin. */
const PREFIX = /^(?:dest-plugin-|dest-destination-|dest-|destination-)(?=[a-z0-9])/;
const SUFFIX = /-destination$/;

/** Names by the package's: of `dest-plugin-acme-crm`, `AcmeCrmDestination` and `ACME_CRM`. */
export function derivedNames(packageName: string): DerivedNames {
  const bare = unscoped(packageName).replace(PREFIX, '').replace(SUFFIX, '');
  const words = bare.split(/[^a-z0-9]+/).filter((word) => word !== '');
  // No class and no code begins with a digit.
  const safe = /^\d/.test(words[0] ?? '') ? ['plugin', ...words] : words;
  return {
    className: `${safe.map(capitalised).join('')}Destination`,
    codePrefix: safe.join('_').toUpperCase(),
    title: capitalised(words.join(' ')),
  };
}

function capitalised(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}
