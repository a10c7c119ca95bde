import type { InboundMessage, Keyword } from '../shared/inbound.ts';

/**
 * The words by which people end and resume messages at every provider.
 *
 * Twilio's own lists: https://help.twilio.com/articles/223134027-Twilio-support-for-opt-out-keywords-SMS-STOP-filtering-.
 * CTIA's handbook demands STOP, END, CANCEL, UNSUBSCRIBE and QUIT of every sender.
 */
const KEYWORDS: Readonly<Record<Keyword, readonly string[]>> = {
  stop: ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT'],
  start: ['START', 'UNSTOP', 'YES'],
  help: ['HELP', 'INFO'],
};

/**
 * The keyword that a message is; `null` for every other, one in which such a word is among others included.
 *
 * What the provider made of it comes first: an account may have words of its own. But a stop word is one, whatever it says.
 */
export const keywordOf = ({ text, keyword }: Pick<InboundMessage, 'text' | 'keyword'>): Keyword | null => {
  const word = (text ?? '').trim().toUpperCase();
  if (KEYWORDS.stop.includes(word)) return 'stop';
  return keyword ?? (KEYWORDS.start.includes(word) ? 'start' : KEYWORDS.help.includes(word) ? 'help' : null);
};
