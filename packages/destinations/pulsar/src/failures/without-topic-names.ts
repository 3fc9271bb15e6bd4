/** Pulsar's words without the topics that they name: a topic may be called `timeouts`. */
export function withoutTopicNames(words: string): string {
  return words.replace(/(non-)?persistent:\/\/\S+/g, '');
}
