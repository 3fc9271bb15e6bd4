import type { PluginStatus } from '@dest/host';
import type { CommandContext, GlobalOptions } from '../command-context';
import { exitCodeOf } from '../environment-codes';
import { EXIT, worstOf, type ExitCode } from '../exit-codes';
import type { Colors } from '../output/colors';
import { describeIssue } from '../output/describe-issue';
import { renderTable } from '../output/table';
import { load } from './load';

/** `dest plugins`: what became of each plugin that the configuration lists. */
export async function plugins(context: CommandContext, options: GlobalOptions): Promise<ExitCode> {
  const { console } = context;
  const loaded = await load(context, options);
  if (loaded.application === undefined) return loaded.exitCode;
  const { application } = loaded;
  await application.close();
  const statuses = application.plugins;
  const issues = statuses.flatMap(({ issue }) => (issue === undefined ? [] : [issue]));
  const exitCode = worstOf([EXIT.done, exitCodeOf(issues, application)]);
  if (options.json) {
    await console.printJson({ plugins: statuses.map(jsonOf) });
    return exitCode;
  }
  const { colors } = console;
  if (statuses.length === 0) {
    await console.print(`${application.name} lists no plugins. Add some: plugins: ['@dest/file']`);
    return exitCode;
  }
  const columns = [
    { title: '' },
    { title: 'plugin' },
    { title: 'version' },
    { title: 'type' },
    { title: 'kind' },
    { title: 'title' },
  ];
  const rows = statuses.map((status) => rowOf(status, colors));
  await console.print(renderTable(columns, rows, colors));
  if (issues.length > 0) await console.print('');
  for (const issue of issues) await console.print(describeIssue(application.name, issue, colors));
  return exitCode;
}

function listedOf({ specification }: PluginStatus): { readonly name: string; readonly range?: string } {
  if (typeof specification === 'string') return { name: specification };
  const { package: name, range } = specification;
  return range === undefined ? { name } : { name, range };
}

function rowOf(status: PluginStatus, colors: Colors): string[] {
  const { registered, issue } = status;
  const { name } = listedOf(status);
  if (issue !== undefined) return [colors.red('✘'), name, '', colors.red(issue.code), '', ''];
  return [
    colors.green('✔'),
    name,
    registered[0]?.version ?? colors.dim('–'),
    registered.map((type) => type.package).join('\n'),
    registered.map(({ kind }) => kind).join('\n'),
    registered.map(({ title }) => title).join('\n'),
  ];
}

function jsonOf(status: PluginStatus): object {
  const { registered, issue } = status;
  const { name, range } = listedOf(status);
  return {
    plugin: name,
    range: range ?? null,
    status: issue === undefined ? 'loaded' : 'failed',
    version: registered[0]?.version ?? null,
    types: registered.map(({ package: type, kind, title, description, tags }) => ({
      package: type,
      kind,
      title,
      description,
      tags,
    })),
    issue: issue ?? null,
  };
}
