import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly security?: readonly object[];
  readonly requestBody?: { readonly content: Readonly<Record<string, object>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, object>> }>>;
}

type PathItem = Readonly<Record<string, Operation>>;

/** A request as it goes over the wire. */
export interface WireRequest {
  readonly method: string;
  readonly url: URL | string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: string | undefined;
}

/** Judges exchanges by an OpenAPI 3.0 file: says what is wrong, or nothing. */
export interface Judge {
  request(request: WireRequest): readonly string[];
  /** @param body parsed; undefined for none. */
  answer(method: string, pathname: string, status: number, body: unknown): readonly string[];
}

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';
const pointer = (...steps: readonly string[]): string =>
  steps.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/**
 * Reads a file beside this one.
 *
 * Formats are not judged: the providers' own (`phone-number`) are defined nowhere, and their examples break the common ones.
 */
export function openApiJudge(file: string): Judge {
  const spec = JSON.parse(readFileSync(path.join(import.meta.dirname, file), 'utf8')) as {
    readonly servers: readonly { readonly url: string }[];
    readonly paths: Readonly<Record<string, PathItem>>;
  };
  // Forms and queries carry text only: a number is a text that reads as one.
  const ajv = new Ajv({ strict: false, validateFormats: false, coerceTypes: true, allErrors: true, logger: false });
  ajv.addSchema(spec, file);
  const compiled = new Map<string, ValidateFunction>();
  const wrong = (at: string, value: unknown): string[] => {
    const validate = compiled.get(at) ?? ajv.compile({ $ref: `${file}#${encodeURI(at)}` });
    compiled.set(at, validate);
    return validate(value) ? [] : (validate.errors ?? []).map((error) => ajv.errorsText([error]));
  };

  const find = (method: string, pathname: string) => {
    for (const [template, item] of Object.entries(spec.paths)) {
      const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
      const pattern = template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '([^/]+?)');
      const values = new RegExp(`^${pattern}$`).exec(pathname)?.slice(1);
      const operation = item[method.toLowerCase()];
      if (!values || !operation) continue;
      const parameters = Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
      return { operation, parameters, at: pointer('paths', template, method.toLowerCase()) };
    }
    return undefined;
  };

  const wrongParameters = (
    at: string,
    operation: Operation,
    place: string,
    given: Readonly<Record<string, string>>,
  ) => {
    const known = (operation.parameters ?? []).map((parameter, index) => ({ ...parameter, index }));
    const here = known.filter((parameter) => parameter.in === place);
    const unknown = Object.keys(given).filter((name) => !here.some((parameter) => parameter.name === name));
    return [
      ...unknown.map((name) => `${place} parameter ${name} is not known`),
      ...here.flatMap(({ name, required, index }) => {
        const value = given[name];
        if (value === undefined) return required ? [`${place} parameter ${name} is missing`] : [];
        return wrong(`${at}${pointer('parameters', String(index), 'schema')}`, value).map((text) => `${name}: ${text}`);
      }),
    ];
  };

  const wrongBody = (at: string, operation: Operation, { headers, body }: WireRequest): string[] => {
    if (!operation.requestBody) return body === undefined ? [] : ['a body where none is described'];
    const type = headers['content-type']?.split(';')[0] ?? '';
    if (!(type in operation.requestBody.content)) return [`content type ${type}`];
    const text = body ?? '';
    const value: unknown = type === FORM ? Object.fromEntries(new URLSearchParams(text)) : JSON.parse(text);
    return wrong(`${at}${pointer('requestBody', 'content', type, 'schema')}`, value);
  };

  return {
    request: (request) => {
      const url = new URL(request.url);
      const found = find(request.method, url.pathname);
      if (!found) return [`${request.method} ${url.pathname} is not described`];
      const { operation, parameters, at } = found;
      const isSecured = (operation.security ?? []).length > 0;
      return [
        ...(spec.servers.some((server) => server.url === url.origin) ? [] : [`host ${url.origin}`]),
        ...(!isSecured || /^Basic \S+$/.test(request.headers.authorization ?? '') ? [] : ['not authenticated']),
        ...wrongParameters(at, operation, 'path', parameters),
        ...wrongParameters(at, operation, 'query', Object.fromEntries(url.searchParams)),
        ...wrongBody(at, operation, request),
      ];
    },
    answer: (method, pathname, status, body) => {
      const found = find(method, pathname);
      const response = found?.operation.responses[String(status)];
      if (!found || !response) return [`${method} ${pathname} ${status} is not described`];
      if (!response.content) return body === undefined ? [] : ['a body where none is described'];
      return wrong(`${found.at}${pointer('responses', String(status), 'content', JSON_TYPE, 'schema')}`, body);
    },
  };
}
