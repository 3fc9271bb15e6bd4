import { extname } from 'node:path';
import type { DestinationPlan } from './destination-plan';
import { derivedNames } from './derived-names';

const TOKENS = /dest-plugin-template|TemplateDestination|TEMPLATE(?=_[A-Z])|Template title|What the template does\./g;

/** The text of a template with the names of a plan in the places of the template's own. */
export function fillTemplate(text: string, file: string, plan: DestinationPlan): string {
  const { className, codePrefix } = derivedNames(plan.name);
  const isSource = ['.ts', '.js'].includes(extname(file));
  const written = (words: string): string => (isSource ? quotable(words) : words);
  const values = new Map([
    ['dest-plugin-template', plan.name],
    ['TemplateDestination', className],
    ['TEMPLATE', codePrefix],
    ['Template title', written(plan.title)],
    ['What the template does.', isSource ? quotable(plan.description) : sentence(plan.description)],
  ]);
  return text.replace(TOKENS, (token) => values.get(token) as string);
}

/** As more sentences may follow it. */
function sentence(words: string): string {
  return /[\p{Sentence_Terminal}…]["'”’»)\]]*$/u.test(words) ? words : `${words}.`;
}

/** As it stands in a text in single quotes. */
function quotable(words: string): string {
  return words.replace(/[\\']/g, '\\$&');
}
