import { createHmac } from 'node:crypto';

import * as fc from 'fast-check';

import { createKeyedHash } from '../../../lambda/shared/keyed-hash.ts';
import { SecretValue } from '../../../lambda/shared/secret-value.ts';

const hash = createKeyedHash(new SecretValue('pepper'));

describe('createKeyedHash', () => {
  test('an id is the first 130 bits of the HMAC of app and key, in Crockford’s alphabet', () => {
    const bits = [...createHmac('sha256', 'pepper').update('shop\0key-1').digest()]
      .map((byte) => byte.toString(2).padStart(8, '0'))
      .join('');
    const id = (bits.slice(0, 130).match(/.{5}/g) ?? [])
      .map((five) => '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[parseInt(five, 2)])
      .join('');
    expect(hash.messageId('shop', 'key-1')).toBe(`msg_${id}`);
  });

  test('every id has the form the API promises', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (app, key) => {
        expect(hash.messageId(app, key)).toMatch(/^msg_[0-9A-HJKMNP-TV-Z]{26}$/);
      }),
    );
  });

  test('another pepper, app or key gives another id; the boundary between app and key counts', () => {
    const other = createKeyedHash(new SecretValue('other'));
    const ids = [
      hash.messageId('a', 'bc'),
      hash.messageId('ab', 'c'),
      hash.messageId('a', 'bd'),
      other.messageId('a', 'bc'),
    ];
    expect(new Set(ids).size).toBe(4);
  });

  test('a body is the same whatever the order of its fields, at any depth, and another with any other value', () => {
    expect(hash.body({ a: 1, b: { c: 2, d: [1, 2] } })).toBe(hash.body({ b: { d: [1, 2], c: 2 }, a: 1 }));
    expect(hash.body({ a: [1, 2] })).not.toBe(hash.body({ a: [2, 1] }));
    expect(hash.body({ a: 1 })).not.toBe(hash.body({ a: '1' }));
    expect(hash.body('+971500000001')).not.toBe(hash.number('+971500000001'));
  });
});
