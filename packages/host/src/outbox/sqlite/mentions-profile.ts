/** Shorter ones stand in texts by chance. */
const MIN_TELLING_LENGTH = 4;

/** What may follow or precede an id where it stands as a word of its own. */
const NO_WORD = '[^\\p{L}\\p{N}_]';

/**
 * Whether a damaged record, as it was set aside, holds something of a person. It can't be parsed, so that it is searched for
 * the id: between quotes or as a number of JSON; as a line, which the key of a delivery is; and as a word in any text, where it
 * is long enough for that to say something. Pure.
 */
export function mentionsProfile(content: Buffer, profileId: string): boolean {
  const text = content.toString('utf8');
  const quoted = JSON.stringify(profileId).slice(1, -1);
  const isNumber = /^-?[0-9]+$/.test(profileId);
  const lines = text.split('\n');
  // Numbers are lines of their own: of the lines only the key counts then, the fifth of a row, the third of an orphaned one.
  if (isNumber ? lines[4] === profileId || lines[2] === profileId : lines.includes(profileId)) return true;
  if (text.includes(`"${quoted}"`) || text.includes(`\\"${quoted}\\"`)) return true;
  if (isNumber) return new RegExp(`[:,[]${profileId}[,}\\]]`).test(text);
  if (profileId.length < MIN_TELLING_LENGTH) return false;
  return [profileId, quoted].some((id) => new RegExp(`(^|${NO_WORD})${escaped(id)}($|${NO_WORD})`, 'u').test(text));
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
