/** How often something may be done. Pure: time is given. */
export { TokenBucket } from './token-bucket.ts'
export type { Rate } from './token-bucket.ts'
export { TokenBuckets } from './token-buckets.ts'
