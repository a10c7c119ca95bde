import { isSupportedCountry } from 'libphonenumber-js/min';
import type { ProviderReply } from '../provider.ts';
import { errorReply } from './errors.ts';
import type { TwilioSettings } from './settings.ts';

export const PRICES = /^\/v1\/Messaging\/Countries\/([^/]+)$/;

/** `GET /v1/Messaging/Countries/{IsoCountry}` of `pricing.twilio.com`: one carrier, where a short code costs twice as much. */
export function showPrices(path: string, { priceMicros }: TwilioSettings): ProviderReply {
  const [, country = ''] = PRICES.exec(path) ?? [];
  if (!isSupportedCountry(country)) return errorReply(20404, path);
  const price = (number_type: string, micros: number) => {
    const text = (micros / 1e6).toFixed(4);
    return { number_type, base_price: text, current_price: text };
  };
  return {
    status: 200,
    body: {
      country,
      iso_country: country,
      url: `https://pricing.twilio.com${path}`,
      price_unit: 'USD',
      outbound_sms_prices: [
        {
          carrier: 'any',
          mcc: '000',
          mnc: '00',
          prices: [price('local', priceMicros), price('shortcode', priceMicros * 2)],
        },
      ],
      inbound_sms_prices: [price('local', priceMicros)],
    },
  };
}
