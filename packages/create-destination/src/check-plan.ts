import { LANGUAGES, LICENSES } from './choices';
import type { DestinationPlan } from './destination-plan';
import { checkPackageName } from './package-name';
import { readChoice, readText } from './read-options';

/**
 * Holds a plan against what the command line allows: it may come from code, in which types are not checked, and is written into
 * sources.
 *
 * @throws CreateError `CREATE_NAME_INVALID` or `CREATE_OPTION_INVALID`
 */
export function checkPlan(plan: DestinationPlan): DestinationPlan {
  const { name, folder, language, title, description, license, author } = plan;
  return {
    name: checkPackageName(typeof name === 'string' ? name : ''),
    folder,
    language: readChoice('language', language, LANGUAGES),
    title: readText('title', title),
    description: readText('description', description),
    license: readChoice('license', license, LICENSES),
    ...(author === undefined ? {} : { author: readText('author', author) }),
  };
}
