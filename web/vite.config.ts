import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { mockBackend } from "./mock/plugin.ts";

const backend = process.env.TRUNKLINE_URL;

/** With TRUNKLINE_URL the pages talk to a running Trunkline, else to the mock (development only). */
export default defineConfig({
  plugins: [react(), ...(backend ? [] : [mockBackend()])],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    target: "es2023",
    chunkSizeWarningLimit: 900,
    reportCompressedSize: false,
    license: { fileName: "licences.md" },
  },
  server: {
    host: "127.0.0.1",
    port: 18500,
    strictPort: true,
    proxy: backend
      ? Object.fromEntries(
          ["/api", "/sip", "/softphone", "/openapi.json"].map((path) => [
            path,
            { target: backend, ws: true },
          ]),
        )
      : {},
  },
  test: { include: ["src/**/*.test.ts", "tests/**/*.test.ts"], environment: "node" },
});
