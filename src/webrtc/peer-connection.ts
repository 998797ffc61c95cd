/** What `setRemoteDescription` takes, and `localDescription` is. */
export interface SessionDescription {
  readonly type: 'offer' | 'answer'
  readonly sdp: string
}

/** What `addIceCandidate` takes; an empty `candidate` ends those of its `usernameFragment`. */
export interface IceCandidate {
  readonly candidate: string
  readonly sdpMid?: string | null
  readonly sdpMLineIndex?: number | null
  readonly usernameFragment?: string | null
}

/** Of the report of `getStats`, this is used. */
export interface StatsReport {
  forEach(each: (stats: unknown) => void): void
}

/**
 * Of an `RTCPeerConnection`, this is used. Whatever has these and keeps to the standard (W3C, WebRTC: Real-Time Communication in
 * Browsers) will do, in browsers and elsewhere.
 */
export interface PeerConnection {
  readonly signalingState: string
  readonly iceConnectionState: string
  readonly localDescription: { readonly type: string, readonly sdp: string } | null
  setLocalDescription(): Promise<void>
  setRemoteDescription(description: SessionDescription): Promise<void>
  addIceCandidate(candidate: IceCandidate | null): Promise<void>
  restartIce(): void
  getTransceivers(): readonly unknown[]
  getStats(): Promise<StatsReport>
  close(): void
  /** `negotiationneeded`, `icecandidate` and `iceconnectionstatechange` are listened to. */
  addEventListener(type: string, listener: (event: Event) => void): void
  removeEventListener(type: string, listener: (event: Event) => void): void
}
