import { expect, it } from "vitest";
import { isUseful } from "./candidates";

it("waits for an address that telephony can send to", () => {
  const udp = "candidate:3885523095 1 udp 2122260223 198.18.0.1 53213 typ host generation 0";
  const tcp = "candidate:422753283 1 tcp 1518280447 198.18.0.1 9 typ host tcptype active";
  const mirrored =
    "candidate:1 1 UDP 1686052607 203.0.113.7 40000 typ srflx raddr 10.0.0.1 rport 1";
  expect(isUseful({ candidate: udp })).toBe(true);
  expect(isUseful({ candidate: mirrored })).toBe(true);
  expect(isUseful({ candidate: tcp })).toBe(false);
});
