/** Just enough of a registrar that the page's phone shows itself registered. */

export function answerSip(request: string): string | null {
  const [first = ""] = request.split("\r\n");
  if (first.startsWith("ACK") || first.startsWith("SIP/2.0")) return null;
  const header = (name: string) =>
    request.split("\r\n").filter((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  const status = first.startsWith("REGISTER") ? "200 OK" : "404 Not Found";
  const to = header("To").map((line) => (line.includes("tag=") ? line : `${line};tag=mock`));
  return [
    `SIP/2.0 ${status}`,
    ...header("Via"),
    ...header("From"),
    ...to,
    ...header("Call-ID"),
    ...header("CSeq"),
    ...header("Contact").map((line) => `${line};expires=120`),
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");
}
