/**
 * libp2p-invitation: call invitations between peers, with no server.
 *
 * This is what most users import; presence (who is there, and where) is `libp2p-invitation/presence`.
 */
export * from './invitation/index.ts'
export * from './errors/errors.ts'
