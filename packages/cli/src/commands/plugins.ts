import { describePlugins, type PluginDescription } from '@dest/host';
import type { CommandContext, GlobalOptions } from '../command-context';
import { exitCodeOf } from '../environment-codes';
import type { ExitCode } from '../exit-codes';
import type { Colors } from '../output/colors';
import { describeIssue } from '../output/describe-issue';
import { oneLine } from '../output/printable';
import { reportInvalidConfiguration } from '../output/report-problem';
import { renderTable } from '../output/table';

export interface PluginsOptions extends GlobalOptions {
  readonly import: boolean;
}

const COLUMNS = ['', 'plugin', 'version', 'type', 'kind', 'title'].map((title) => ({ title }));

/** How much of a title the table shows. */
const TITLE_LENGTH = 60;

/** `dest plugins`: what each plugin of the configuration has, by its manifest where there is one, and what is wrong with it. */
export async function plugins(context: CommandContext, options: PluginsOptions): Promise<ExitCode> {
  const { console, environment, faults } = context;
  const { config, json, import: importAll } = options;
  const found = await describePlugins({ config, environment, importAll });
  if (found.plugins === undefined) return reportInvalidConfiguration(console, found.name, found.issues, json);
  console.redactWith(found.redact);
  faults.watch(found, console);
  const issues = found.plugins.flatMap(({ issue, warnings }) => issue ?? warnings);
  const exitCode = exitCodeOf(issues);
  if (json) {
    await console.printJson({ plugins: found.plugins.map(jsonOf) });
    return exitCode;
  }
  const { colors } = console;
  if (found.plugins.length === 0) {
    await console.print(`${found.name} lists no plugins. Add some: plugins: ['@dest/file']`);
    return exitCode;
  }
  const rows = found.plugins.map((description) => rowOf(description, colors));
  await console.print(renderTable(COLUMNS, rows, colors));
  if (issues.length > 0) await console.print('');
  for (const issue of issues) await console.print(describeIssue(found.name, issue, colors));
  return exitCode;
}

function listedOf({ specification }: PluginDescription): { readonly name: string; readonly range?: string } {
  if (typeof specification === 'string') return { name: specification };
  const { package: name, range } = specification;
  return range === undefined ? { name } : { name, range };
}

function rowOf(description: PluginDescription, colors: Colors): string[] {
  const { types, version, issue, warnings } = description;
  const { name } = listedOf(description);
  if (issue !== undefined) return [colors.red('✘'), name, '', colors.red(issue.code), '', ''];
  return [
    warnings.length > 0 ? colors.yellow('!') : colors.green('✔'),
    name,
    version === undefined ? colors.dim('–') : oneLine(version, TITLE_LENGTH),
    types.map((type) => oneLine(type.package, TITLE_LENGTH)).join('\n'),
    types.map(({ kind }) => kind).join('\n'),
    types.map(({ title }) => oneLine(title, TITLE_LENGTH)).join('\n'),
  ];
}

function jsonOf(description: PluginDescription): object {
  const { source, version, types, hosts, native, issue, warnings } = description;
  const { name, range } = listedOf(description);
  const status = source === 'manifest' ? 'described' : 'loaded';
  return {
    plugin: name,
    range: range ?? null,
    status: issue === undefined ? status : 'failed',
    version: version ?? null,
    hosts: hosts ?? null,
    native,
    types,
    issue: issue ?? null,
    warnings,
  };
}
