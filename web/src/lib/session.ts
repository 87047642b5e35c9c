/** Who is signed in, and what they may do. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { api, csrf, type Me, type System, unwrap } from "./api";
import { EventStream, type StreamEvent, type StreamStatus, socketUrl } from "./stream";

export const ME = ["me"] as const;

export function useMe() {
  return useQuery({ queryKey: ME, queryFn: fetchMe, staleTime: 30_000, retry: false });
}

export async function fetchMe(): Promise<Me> {
  const me = await unwrap(api.GET("/me"));
  if (me.csrf) csrf.keep(me.csrf);
  return me;
}

/** The signed-in user; only for pages behind the sign-in. */
export function useSignedIn(): Me {
  const { data } = useMe();
  if (!data) throw new Error("a page behind the sign-in was shown without a user");
  return data;
}

export function useMay(): (permission: string) => boolean {
  const { data } = useMe();
  return (permission) => data?.permissions.includes(permission) ?? false;
}

export function useSystem() {
  const queryFn = (): Promise<System> => unwrap(api.GET("/system"));
  return useQuery({ queryKey: ["system"], queryFn, refetchInterval: 15_000 });
}

export const stream = new EventStream(() => socketUrl("/api/v1/stream"));

export function useStreamStatus(): StreamStatus {
  return useSyncExternalStore(stream.watch, () => stream.status);
}

export function useStreamEvents(listener: (event: StreamEvent) => void): void {
  useEffect(() => stream.listen(listener), [listener]);
}

export function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await unwrap(api.DELETE("/sessions/current"));
    csrf.forget();
    stream.close();
    client.clear();
    location.assign("/login");
  };
}
