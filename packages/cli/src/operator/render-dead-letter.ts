import type { LoadedDeadLetter } from '@dest/core';
import type { Colors } from '../output/colors';
import { count } from '../output/count';
import { formatTime } from '../output/format-time';
import { indent } from '../output/indent';
import { printable } from '../output/printable';
import { renderJson } from '../output/render-json';

/** Where the values of facts begin. */
const COLUMN = 13;

/** Everything that is known of a dead letter, for people. */
export function renderDeadLetter(letter: LoadedDeadLetter, colors: Colors): string {
  const { id, lane, envelopeId, kind, key, changes, acceptedAt, failedAt, failure, tries, history } = letter;
  const fact = (name: string, value: string): string => `${colors.dim(name.padEnd(COLUMN))}${below(value)}`;
  const what = kind === 'event' ? 'an event' : 'a profile';
  const version = letter.pluginVersion === undefined ? '' : ` ${letter.pluginVersion}`;
  const side = lane.debug ? 'test' : 'production';
  return [
    `${colors.bold('dead letter')} ${id}`,
    fact('destination', `${lane.destination} (${lane.package}${version}, generation ${lane.generation}, ${side})`),
    fact('envelope', `${printable(envelopeId)}, ${what}, accepted ${formatTime(acceptedAt)}`),
    ...(key === undefined ? [] : [fact('key', printable(key))]),
    ...(changes === undefined ? [] : [fact('changes', printable(changes.join(', ')))]),
    fact('failed', `${formatTime(failedAt)} after ${count(tries, 'try', 'tries')}`),
    fact('failure', `${failureText(failure, colors)} ${colors.dim(`(${failure.retry}, ${failure.scope})`)}`),
    ...(failure.causes ?? []).map((cause) => fact('caused by', failureText(cause, colors))),
    ...(history.length === 0 ? [] : [colors.dim(titleOf(letter))]),
    ...history.map((failed) => `  ${formatTime(failed.at)} ${below(failureText(failed, colors))}`),
    colors.dim('envelope'),
    letter.envelope === undefined
      ? `  ${colors.yellow('It is damaged or gone: this one can’t be delivered again.')}`
      : indent(printable(renderJson(letter.envelope)), 2),
  ].join('\n');
}

function titleOf({ tries, history }: LoadedDeadLetter): string {
  return tries > history.length ? `the last ${count(history.length, 'failed try', 'failed tries')}` : 'failed tries';
}

function failureText({ code, message }: { readonly code?: string; readonly message: string }, colors: Colors): string {
  const text = printable(message);
  return code === undefined ? text : `${colors.red(printable(code))} ${text}`;
}

/** Further lines of a value are below its first. */
function below(value: string): string {
  return value.replaceAll('\n', `\n${' '.repeat(COLUMN)}`);
}
