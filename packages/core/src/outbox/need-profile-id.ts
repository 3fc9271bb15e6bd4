import { PermanentError } from '../errors/permanent-error';

/** @throws PermanentError `PROFILE_ID_MISSING`: an empty text is in everything, and is nobody's id */
export function needProfileId(profileId: string): void {
  if (profileId !== '') return;
  throw new PermanentError('The id of the profile to forget is empty. Name the one that is to be erased.', {
    code: 'PROFILE_ID_MISSING',
  });
}
