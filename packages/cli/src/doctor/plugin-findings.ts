import type { Application } from '@dest/host';
import { count } from '../output/count';
import { ok, type Finding } from './finding';

/** Plugins that can't be loaded, and what is worth knowing of those that can, such as a manifest that is not of the code. */
export function pluginFindings({ plugins, name }: Pick<Application, 'plugins' | 'name'>): readonly Finding[] {
  const wrong = plugins.flatMap(({ specification, issue, warnings }): readonly Finding[] => {
    const listed = typeof specification === 'string' ? specification : specification.package;
    const found = issue === undefined ? warnings : [issue];
    return found.map(({ code, message, severity, line, column }) => ({
      area: 'plugins',
      severity,
      code,
      message,
      remedy:
        severity === 'warning'
          ? `Update ${listed}, or tell its author.`
          : `Do as it says, or take it off the plugins (${name}${line === undefined ? '' : `:${line}:${column ?? 1}`}).`,
    }));
  });
  const loaded = plugins.filter(({ issue }) => issue === undefined).length;
  return [
    ...(loaded > 0 || plugins.length === 0 ? [ok('plugins', `${count(loaded, 'plugin')} loaded`)] : []),
    ...wrong,
  ];
}
