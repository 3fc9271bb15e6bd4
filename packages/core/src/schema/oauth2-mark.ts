/** The keyword that says in a credentials schema: this object has OAuth 2.0 settings. */
export const OAUTH2_MARK = 'x-dest-oauth2';
