/** The one place that keeps secrets out of what is printed, reported or thrown. */
export type Redact = (text: string) => string;

/** Shapes of tokens of GitHub and GitLab, of credentials in an address, and of an authorization header. */
const shapes: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/\b(?:gh[pousr]_[A-Za-z0-9]{16,}|github_pat_[A-Za-z0-9_]{20,}|gl[a-z]{2,6}-[A-Za-z0-9_.-]{16,})/g, '[hidden]'],
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@'"]+@/gi, '$1[hidden]@'],
  [/\b((?:authorization|private-token|job-token)["']?\s*[:=]\s*["']?)(?:(?:basic|bearer|token)\s+)?[^\s'",]+/gi, '$1[hidden]'],
];

/** Hides these secrets, also as they look in an address or in a header of basic authentication, and what looks like one. */
export function redactor(secrets: readonly string[]): Redact {
  const forms = [...new Set(secrets.filter((secret) => secret !== '').flatMap(formsOf))].toSorted((a, b) => b.length - a.length);
  return (text) => {
    const known = forms.reduce((shown, form) => shown.replaceAll(form, '[hidden]'), text);
    return shapes.reduce((shown, [pattern, replacement]) => shown.replaceAll(pattern, replacement), known);
  };
}

function formsOf(secret: string): readonly string[] {
  const basic = Buffer.from(secret, 'utf8').toString('base64');
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), basic, basic.replace(/=+$/, '')];
}

/** What an Authorization header of basic authentication says that nobody is to see: without a password, the name may be a token. */
export function secretsIn(authorization: string): readonly string[] {
  const credentials = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString('utf8');
  const at = credentials.indexOf(':');
  const [name, password] = [credentials.slice(0, at), credentials.slice(at + 1)];
  return [credentials, password === '' ? name : password];
}
