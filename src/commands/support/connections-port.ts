import { userInfo } from 'node:os';
import type { ReviewAnswer } from '../../../schemas/api.ts';
import { ConfigError } from '../../errors.ts';
import type { ReadPort } from '../../grants/read-port.ts';
import type { Review } from '../../stores/store.ts';
import type { ConnectionsPort } from '../connections.ts';
import type { RecordReader } from './reader.ts';
import { redacted } from './redacted.ts';

const REVIEWS = `
SELECT agent_id AS agent, server_id AS server, toUnixTimestamp64Milli(at) AS at_ms, by, note
FROM reviews FINAL
ORDER BY at, agent, server, by
LIMIT 100000`;

/** Oldest first. */
export const readReviews = async (port: ReadPort): Promise<Review[]> =>
  (await port.query(REVIEWS, {})).map(({ agent, server, at_ms, by, note }) => ({
    agent: String(agent),
    server: String(server),
    at: Number(at_ms),
    by: String(by),
    note: String(note),
  }));

/** Who reviews is known by the name of their token over HTTP, and by that of their account on this machine. */
export const connectionsPort = (reader: RecordReader): ConnectionsPort => ({
  query: (sql, params) => reader.query(sql, params),
  reviews: () => readReviews(reader),
  async review(looked) {
    if (reader.kind === 'store') {
      const note = redacted(looked.note, reader.loaded);
      const review = { ...looked, note, at: Date.now(), by: userInfo().username };
      await reader.store.writeReview(review);
      return review;
    }
    const answer = await reader.server.post<ReviewAnswer>('/v1/connections/review', looked);
    if (answer === null) throw new ConfigError(`${reader.server.url}: this server keeps no reviews`);
    return { ...answer.review, at: Date.parse(answer.review.at) };
  },
  close: () => reader.close(),
});
