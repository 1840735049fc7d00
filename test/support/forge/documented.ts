/** A forge's API as its documentation describes it: operations, and the names that each takes. What is not described is turned down. */
import type { ApiAnswer, ApiRequest } from './server.ts';

export interface Operation {
  readonly method: string;
  readonly path: RegExp;
  /** Names of attributes that the documentation has, beside those of pages. */
  readonly query?: readonly string[];
  readonly body?: readonly string[];
  readonly required?: readonly string[];
  readonly answer: (parameters: readonly string[], request: ApiRequest, base: string) => ApiAnswer;
}

/** In a path `:x` is one segment, and `:rest` all that is left. */
export function operation(method: string, path: string, rest: Omit<Operation, 'method' | 'path'>): Operation {
  return { method, path: new RegExp(`^${path.replaceAll(':x', '([^/]+)').replaceAll(':rest', '(.+)')}$`), ...rest };
}

export function answerAsDocumented(operations: readonly Operation[], request: ApiRequest, base: string, paging: readonly string[]): ApiAnswer {
  const operation = operations.find(({ method, path }) => method === request.method && path.test(request.path));
  if (operation === undefined) return { status: 404, json: { error: `404 Not Found: not in the documentation: ${request.method} ${request.path}` } };
  const body = (request.body ?? {}) as Readonly<Record<string, unknown>>;
  const unknown = [...request.query.keys()].find((name) => ![...paging, ...(operation.query ?? [])].includes(name)) ?? Object.keys(body).find((name) => !(operation.body ?? []).includes(name));
  if (unknown !== undefined) return { status: 400, json: { error: `${unknown} is not in the documentation` } };
  const missing = (operation.required ?? []).find((name) => body[name] === undefined && !request.query.has(name));
  if (missing !== undefined) return { status: 400, json: { error: `${missing} is missing` } };
  return operation.answer((operation.path.exec(request.path) ?? []).slice(1).map(decodeURIComponent), request, base);
}
