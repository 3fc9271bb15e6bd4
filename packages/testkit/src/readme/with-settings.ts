import { ConfigurationError, DestinationRegistry, type DestinationClass } from '@dest/core';
import { settingsTable } from './settings-table';

const BEGIN = '<!-- settings -->';
const END = '<!-- /settings -->';

/**
 * A page, such as README.md, with the credentials and parameters of a destination between `<!-- settings -->` and
 * `<!-- /settings -->`, as tables made from its schemas. What stood there goes; the rest stays as it is.
 *
 * @throws ConfigurationError `SETTINGS_MARKS_MISSING` where the page has not both marks, in this order; what a registry
 * throws where the class is not rightly registered
 */
export function withSettings(page: string, Class: DestinationClass<object>): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END, begin);
  if (begin === -1 || end === -1) {
    throw new ConfigurationError(
      `The page should have ${BEGIN} and, further down, ${END}: the settings go between them.`,
      {
        code: 'SETTINGS_MARKS_MISSING',
      },
    );
  }
  const { schemas } = new DestinationRegistry({ from: process.cwd() }).register(Class);
  const sections = [
    `## Credentials\n\n${settingsTable(schemas.credentials)}`,
    `## Init\n\n${settingsTable(schemas.init)}`,
  ];
  return `${page.slice(0, begin)}${BEGIN}\n\n${sections.join('\n\n')}\n\n${page.slice(end)}`;
}
