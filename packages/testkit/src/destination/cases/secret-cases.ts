import { expectEqual } from '../../expectations';
import { casesOf } from '../cases-of';
import type { DestinationCase, Subject } from '../destination-case';
import { provoke, type Said } from '../provoke';
import { findTraces, type TraceForm } from '../secret-traces';
import { visibleText } from '../visible-text';

const { plain } = casesOf('secrets');

type Way = Exclude<keyof Said, 'secrets'>;

const EVERYWHERE: readonly Way[] = ['logs', 'errors', 'results'];

/** No secret comes to light, whatever goes wrong. */
export const secretCases: readonly DestinationCase[] = [
  noSecret('is in what it logs', 'plain', ['logs']),
  noSecret('is in the errors that it throws', 'plain', ['errors']),
  noSecret('is in what it resolves to', 'plain', ['results']),
  noSecret('is anywhere as base64', 'base64', EVERYWHERE),
  noSecret('is anywhere URL-encoded', 'URL-encoded', EVERYWHERE),
];

function noSecret(where: string, form: TraceForm, ways: readonly Way[]): DestinationCase {
  return plain(`no secret ${where}`, (subject) => expectNone(subject, form, ways), { needs: ['secrets'] });
}

async function expectNone(subject: Subject, form: TraceForm, ways: readonly Way[]): Promise<void> {
  const said = await provoke(subject);
  for (const way of ways) {
    const found = said[way].flatMap((each) => {
      const text = visibleText(each);
      const trace = findTraces(text, said.secrets).find((candidate) => candidate.form === form);
      return trace === undefined ? [] : [excerpt(text, trace.text)];
    });
    expectEqual([...new Set(found)], [], `the list of ${way} with a secret in them, ${form},`);
  }
}

/** How much around a secret is shown, in characters. */
const AROUND = 60;

/** Where it was is what helps, and what it was should not come to light by the report. */
function excerpt(text: string, secret: string): string {
  const index = text.indexOf(secret);
  const [before, after] = [text.slice(Math.max(0, index - AROUND), index), text.slice(index + secret.length)];
  return `…${before}***${after.replaceAll(secret, '***').slice(0, AROUND)}…`;
}
