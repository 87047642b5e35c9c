/** Development only: serves the API from memory inside the dev server. Never part of a build. */

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Plugin, ViteDevServer } from "vite";
import { WebSocketServer } from "ws";
import { answerSip } from "./sip.ts";
import { MockTenant } from "./tenant.ts";

export function mockBackend(): Plugin {
  return { name: "trunkline-mock", apply: "serve", configureServer: serve };
}

function serve(server: ViteDevServer): void {
  const tenant = new MockTenant();
  server.middlewares.use((request, response, next) => {
    const url = new URL(request.url ?? "/", "http://mock");
    if (!url.pathname.startsWith("/api/v1/") && !url.pathname.startsWith("/__mock/")) return next();
    void body(request).then((sent) => reply(response, tenant, request, url, sent));
  });
  serveSockets(server, tenant);
}

async function body(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text ? JSON.parse(text) : {};
}

function reply(
  response: ServerResponse,
  tenant: MockTenant,
  request: IncomingMessage,
  url: URL,
  sent: unknown,
): void {
  const answer = tenant.handle(request.method ?? "GET", url, sent);
  const type = answer.status >= 400 ? "application/problem+json" : "application/json";
  response.writeHead(answer.status, { "content-type": answer.type ?? type });
  response.end(Buffer.isBuffer(answer.body) ? answer.body : JSON.stringify(answer.body ?? {}));
}

function serveSockets(server: ViteDevServer, tenant: MockTenant): void {
  const stream = new WebSocketServer({ noServer: true });
  const sip = new WebSocketServer({ noServer: true, handleProtocols: () => "sip" });
  stream.on("connection", (socket) => {
    const stop = tenant.listen((event) => socket.send(JSON.stringify(event)));
    socket.on("close", stop);
  });
  sip.on("connection", (socket) => {
    socket.on("message", (message) => {
      const answer = answerSip(message.toString());
      if (answer) socket.send(answer);
    });
  });
  server.httpServer?.on("upgrade", (request, socket, head) => {
    const path = new URL(request.url ?? "/", "http://mock").pathname;
    const target = { "/api/v1/stream": stream, "/sip": sip }[path];
    target?.handleUpgrade(request, socket, head, (ws) => target.emit("connection", ws, request));
  });
}
