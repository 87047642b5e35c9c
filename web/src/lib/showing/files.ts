/** Files that pass in a talk, over HTTP: sent whole, fetched whole, proven as the page is. */

import { API_PREFIX, csrf, Refusal } from "@/lib/api";

export const MOST_BYTES = 10 * 1024 * 1024;
export const KINDS = "image/png,image/jpeg,image/gif,image/webp,application/pdf,text/plain,.txt";

/** Where a side's files are, and what proves that it may. */
export interface Desk {
  path: string;
  headers: Record<string, string>;
}

export const agentsFiles = (interaction: string): Desk => {
  const token = csrf.token();
  return {
    path: `${API_PREFIX}/interactions/${encodeURIComponent(interaction)}/files`,
    headers: token ? { "X-CSRF-Token": token } : {},
  };
};

export const guestsFiles = (account: string, token: string): Desk => ({
  path: `${API_PREFIX}/guest/files`,
  headers: { "X-Guest-Account": account, "X-Guest-Token": token },
});

export async function sendFile({ path, headers }: Desk, file: File): Promise<void> {
  if (file.size > MOST_BYTES) throw new Refusal({ status: 413, code: "file_too_large" });
  const url = `${path}?name=${encodeURIComponent(file.name.slice(-120) || "file")}`;
  await asked(url, {
    method: "POST",
    headers: { ...headers, "Content-Type": "application/octet-stream" },
    body: file,
  });
}

export async function fetchFile({ path, headers }: Desk, id: string): Promise<Blob> {
  return (await asked(`${path}/${id}`, { headers })).blob();
}

/** Keep a file under its name. */
export function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

async function asked(url: string, init: RequestInit): Promise<Response> {
  const reply = await fetch(url, { credentials: "same-origin", ...init }).catch(() => null);
  if (!reply) throw new Refusal({ status: 0, code: "unreachable" });
  if (reply.ok) return reply;
  const told = (await reply.json().catch(() => null)) as { code?: string } | null;
  throw new Refusal({ status: reply.status, code: told?.code ?? "failed" });
}
