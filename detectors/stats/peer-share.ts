import { z } from 'zod';
import type { PeerView } from '../detector.ts';

/** From so large a share of the peers on something is the team's work. */
export const TEAM = 0.3;

/** The setting of a detector that asks for that share. */
export const leastPeers = z.number().int().min(2).default(5).describe('A smaller peer group explains nothing.');

/** Share of an agent and its peers of whom a detector was told this key; 0 where fewer than `least` explain nothing. */
export const peerShare = (peers: PeerView, detector: string, key: string, least: number): number =>
  peers.agents < least ? 0 : peers.holders(detector, key) / (peers.agents + 1);
