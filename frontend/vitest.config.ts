import { defineConfig } from "vitest/config";
import { words } from "./words.ts";

export default defineConfig({
  plugins: [words],
  test: {
    setupFiles: ["test/words.ts"],
    environment: "happy-dom",
    include: ["src/**/*.test.ts"],
    css: false,
    restoreMocks: true,
  },
});
