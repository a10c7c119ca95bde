import type { IncomingMessage } from 'node:http';
import { Busboy } from '@fastify/busboy';
import type { ProviderCall } from '../provider.ts';

/** A request's body, parsed. */
export type ParsedBody = Pick<ProviderCall, 'body' | 'encoding'>;

/** More than any documented request needs. */
export const MAX_BODY_BYTES = 1_048_576;

/** Reads a body. Undefined: longer than {@link MAX_BODY_BYTES}, or the caller went away. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) return undefined;
      chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks);
}

/** Parses JSON and both kinds of form. Repeated form fields keep the last value. */
export async function parseBody(bytes: Buffer, contentType: string | undefined): Promise<ParsedBody> {
  if (bytes.length === 0) return { body: undefined, encoding: 'none' };
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase();
  try {
    if (type === 'application/json') return { body: JSON.parse(bytes.toString('utf8')) as unknown, encoding: 'json' };
    if (type === 'application/x-www-form-urlencoded') {
      return { body: Object.fromEntries(new URLSearchParams(bytes.toString('utf8'))), encoding: 'form' };
    }
    if (type === 'multipart/form-data') {
      return { body: await parseMultipart(bytes, contentType ?? ''), encoding: 'form' };
    }
  } catch {
    return { body: undefined, encoding: 'malformed' };
  }
  return { body: undefined, encoding: 'unsupported' };
}

/** Fields only: no documented call sends a file. */
const parseMultipart = (bytes: Buffer, contentType: string): Promise<Record<string, string>> =>
  new Promise((resolve, reject) => {
    const fields: Record<string, string> = {};
    new Busboy({ headers: { 'content-type': contentType } })
      .on('field', (name, value) => {
        fields[name] = value;
      })
      .on('finish', () => {
        resolve(fields);
      })
      .on('error', reject)
      .end(bytes);
  });
