/* A development server with a pretend Canut behind it: `npm run dev`, then open the printed address.
   Never part of the package. `?lang=en&first=1&text=1&multi=1&practice=1&staff=1&total=5` change the play. */
import { resolve } from "node:path";
import { defineConfig } from "vite";
import { words } from "../words.ts";
import { pretend } from "./pretend.ts";

export default defineConfig({
  root: resolve(import.meta.dirname, ".."),
  server: {
    port: 5199,
    strictPort: true,
    fs: { allow: [".", resolve(import.meta.dirname, "../../src/canut/locale")] },
  },
  plugins: [
    words,
    { name: "pretend", configureServer: (server) => void server.middlewares.use(pretend) },
  ],
});
