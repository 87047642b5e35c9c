/** Which of a page's addresses telephony can send to. */

const OVER_UDP = /^candidate:\S+ \d+ udp .* typ (host|srflx)( |$)/i;

/**
 * Whether an answer may go out once this candidate is in it. Waiting for the whole gathering would
 * cost about 120 ms of silence; one that only names the page's TCP would never be connected.
 */
export const isUseful = ({ candidate }: { candidate: string }): boolean => OVER_UDP.test(candidate);
