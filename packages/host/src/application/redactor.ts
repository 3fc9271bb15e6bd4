import { MIN_FORM_LENGTH, secretForms } from './secret-forms';

/** What stands in the place of a secret. */
export const REDACTED = '•••';

/** Takes secrets out of a text. */
export type Redact = (text: string) => string;

/** Replaces secrets, in every form that they may have in a text, wherever they come up. Pure. */
export function redactor(secrets: Iterable<string>): Redact {
  return redactorOfForms(Array.from(secrets, secretForms));
}

/** The same for those that have the forms of each secret at hand: to find them takes the most time. */
export function redactorOfForms(formsOfSecrets: Iterable<ReadonlySet<string>>): Redact {
  const byBeginning = new Map<string, Set<string>>();
  for (const forms of formsOfSecrets) {
    for (const form of forms) {
      const beginning = form.slice(0, MIN_FORM_LENGTH);
      const others = byBeginning.get(beginning);
      if (others === undefined) byBeginning.set(beginning, new Set([form]));
      else others.add(form);
    }
  }
  if (byBeginning.size === 0) return (text) => text;
  return (text) => {
    let redacted = '';
    // What is shown goes from `shownFrom` to where the next secret begins; secrets may overlap.
    let shownFrom = 0;
    let hiddenTo = 0;
    for (let index = 0; index + MIN_FORM_LENGTH <= text.length; index++) {
      const forms = byBeginning.get(text.slice(index, index + MIN_FORM_LENGTH));
      const length = forms === undefined ? 0 : longestAt(text, index, forms);
      if (length === 0 || index + length <= hiddenTo) continue;
      if (index >= hiddenTo) redacted += `${text.slice(shownFrom, index)}${REDACTED}`;
      hiddenTo = index + length;
      shownFrom = hiddenTo;
    }
    return redacted + text.slice(shownFrom);
  };
}

function longestAt(text: string, index: number, forms: ReadonlySet<string>): number {
  let longest = 0;
  for (const form of forms) if (form.length > longest && text.startsWith(form, index)) longest = form.length;
  return longest;
}
