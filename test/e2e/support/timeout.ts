// A cold start, a rotation or a provider's silence each take seconds of their own.
jest.setTimeout(60_000);
