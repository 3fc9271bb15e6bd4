import { LANGUAGES, LICENSES } from './choices';

/** What `--help` prints. */
export const HELP = `Makes the package of a destination of Dest, complete and tested.

Usage: npm create @dest/destination [name] -- [options]
       create-destination [name] [options]

  name                     of the package, such as dest-plugin-crm or @acme/crm

Options:
  -l, --language <name>    ${LANGUAGES.join(' or ')} (default: ${LANGUAGES[0]})
      --folder <path>      where to write it; has to be empty (default: the name without its scope)
      --title <text>       what people call it (default: by the name)
      --description <text> what it does, in one sentence
      --license <name>     ${LICENSES.join(', ')} (default: ${LICENSES[0]})
      --author <text>      who holds the copyright
  -y, --yes                ask nothing; also without a terminal, and with --json
      --json               print nothing but JSON on stdout
      --no-color           without colours (also NO_COLOR=1)
  -V, --version            print the version
  -h, --help               print help

Examples:
  npm create @dest/destination                                        asks
  npm create @dest/destination dest-plugin-crm -- --yes
  npm create @dest/destination @acme/crm -- --language javascript --license Apache-2.0

Exit codes: 0 made, 1 it could not be written, 2 the name, an option or the folder won't do, 130 given up.
`;
