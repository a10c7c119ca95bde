import { Busboy } from '@fastify/busboy';

import type { ReceiptBody } from '../shared/receipt.ts';
import { fieldsOf, jsonOf } from '../shared/json.ts';

/** The text fields of a form, of either encoding; empty for anything else. */
export const formIn = (body: ReceiptBody): Promise<Readonly<Record<string, string>>> => {
  const [type = ''] = body.contentType.toLowerCase().split(';');
  if (type.trim() === 'multipart/form-data') return multipartIn(body);
  const isForm = type.trim() === 'application/x-www-form-urlencoded';
  return Promise.resolve(isForm ? Object.fromEntries(new URLSearchParams(textOf(body))) : {});
};

/** The fields of a JSON object; empty for anything else. */
export const documentIn = (body: ReceiptBody): Readonly<Record<string, unknown>> => fieldsOf(jsonOf(textOf(body)));

const textOf = ({ bytes }: ReceiptBody): string => Buffer.from(bytes).toString('utf8');

/** No receipt has more fields, or files. */
const LIMITS = { fields: 100, files: 0 };

const multipartIn = ({ bytes, contentType }: ReceiptBody): Promise<Readonly<Record<string, string>>> =>
  new Promise((resolve) => {
    const fields = new Map<string, string>();
    const end = (): void => {
      resolve(Object.fromEntries(fields));
    };
    try {
      new Busboy({ headers: { 'content-type': contentType }, limits: LIMITS })
        .on('field', (name, value) => void fields.set(name, value))
        .on('finish', end)
        .on('error', end)
        .end(Buffer.from(bytes));
    } catch {
      // It names no boundary.
      end();
    }
  });
