/** Name of the program, in its help and before its errors. */
export const PROGRAM_NAME = 'libp2p-invitation-relay'

/** First part of the environment variables that set an option: `…_STATUS_PORT` is `--status-port`. */
export const ENVIRONMENT_PREFIX = 'LIBP2P_INVITATION_RELAY_'

/** TCP port for clients and other relays: the one that a relay listens on by default. */
export const DEFAULT_PORT = 4_002

/** Every address of the machine, IPv4. */
export const DEFAULT_HOST = '0.0.0.0'

/** TCP port of /health and /metrics: next to the default port. */
export const DEFAULT_STATUS_PORT = 4_003

/** Only this machine may ask how the relay is: what it answers is the operator's business. */
export const DEFAULT_STATUS_HOST = '127.0.0.1'

/** In the working directory, where the operator sees it: whoever moves the relay must take it along. */
export const DEFAULT_KEY_FILE = 'relay.key'

/** Bits of a file's mode that let anybody but its owner do something with it. */
export const OTHERS_RIGHTS = 0o077

/** Mode of a key file that is made here. */
export const OWNER_ONLY_FILE = 0o600

/** Mode of the directories that are made for it. */
export const OWNER_ONLY_DIRECTORY = 0o700

/** Widest that the help is set, columns: longer lines are hard to read. */
export const MAX_HELP_WIDTH = 100

/** Width of the help where no terminal tells its own, columns. */
export const NARROW_TERMINAL = 80

/**
 * How soon after a first signal a second one is still taken for the same, milliseconds: a ctrl-c reaches a program that was
 * started by npm or npx twice, from the terminal and passed on by them, within milliseconds.
 */
export const SAME_SIGNAL_TIME = 500

/** Longest that a clean stop may take, milliseconds: what starts services kills after 10 s (Docker) or 90 s (systemd). */
export const MAX_STOP_TIME = 8_000

/** How often the log looks for what has changed, milliseconds: as soon as somebody who watches it would ask. */
export const WATCH_INTERVAL = 1_000

/** How often the log tells of one kind of refusal, milliseconds: who floods the relay must not flood its log. */
export const REFUSAL_REPORT_INTERVAL = 60_000

/** The counter, by `reason`, of what the relay refused or cut. */
export const REFUSALS_METRIC = 'libp2p_invitation_relay_refused_total'

/** What the command ends with. */
export const EXIT_CODE_DONE = 0
/** The machine refused something, or the program failed. */
export const EXIT_CODE_FAILED = 1
/** The options cannot be meant. */
export const EXIT_CODE_USAGE = 2
/** Added to the number of a signal that ended the command at once, as shells do. */
export const EXIT_CODE_SIGNAL = 128
