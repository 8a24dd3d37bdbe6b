/**
 * Browser tests of the whole party. `cargo xtask test --only e2e` builds the programs and passes their paths:
 * `MARIBRO_HOST_BIN`, `MARIBRO_INPUT_BIN`, `MARIBRO_CHROMIUM`.
 */

import { accessSync, constants } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { defineConfig } from "@playwright/test";

/** Programs that are Chromium or as good as it, in the order in which they are tried. */
const CHROMIUM_PROGRAMS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
/** The same as macOS applications, in `/Applications` or the user's own. */
const CHROMIUM_APPLICATIONS = [
  "Applications/Chromium.app/Contents/MacOS/Chromium",
  "Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/**
 * The browser on this machine; Playwright's own is never downloaded.
 *
 * @returns {string} path of a program
 */
function findChromium() {
  if (process.env.MARIBRO_CHROMIUM) return process.env.MARIBRO_CHROMIUM;
  const folders = (process.env.PATH ?? "").split(path.delimiter).filter(Boolean);
  const programs = CHROMIUM_PROGRAMS.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  const applications = ["/", homedir()].flatMap((home) => CHROMIUM_APPLICATIONS.map((app) => path.join(home, app)));
  const found = [...programs, ...applications].find(isProgram);
  if (!found) throw new Error("No Chromium found: install one, or set MARIBRO_CHROMIUM to the path of one.");
  return found;
}

/**
 * What the browser leaves out. Each window of Chromium loads two hidden pages for its address bar, which takes most of a
 * second of the processor. The others are those that Playwright leaves out itself: of two such lists only the last one counts.
 */
const LEFT_OUT = [
  "WebUIOmniboxPopup",
  "WebUIOmniboxAimPopup",
  "WebUIOmniboxFullPopup",
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "AvoidCorsURLLoaderRestartOnRedirect",
  "DestroyProfileOnBrowserClose",
  "HttpsUpgrades",
  "HttpsFirstBalancedModeAutoEnable",
  "LensOverlay",
  "MediaRouter",
  "PaintHolding",
  "ThirdPartyStoragePartitioning",
  "OptimizationHints",
  "NetworkTimeServiceQuerying",
  "AimEnabled",
  "PreconnectToSearch",
  "Translate",
];

/** @param {string} file */
function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const HOSTILE = "e2e/hostile-*.spec.js";
/** Where it matters how it looks. */
const SCREENS = "e2e/{a11y,avatars,ceremony,german,screens-stored,watch}.spec.js";
/** Where nobody looks nothing has to move: without a graphics card that takes a fifth of the processor time. */
const STILL = { contextOptions: { reducedMotion: /** @type {const} */ ("reduce") } };
const inCi = Boolean(process.env.CI);
const isRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: "..",
  // Side by side what takes much of a core with what mostly waits, in this order.
  projects: [
    // A hostile game takes a core or more: one at a time.
    { name: "hostile", testMatch: HOSTILE, workers: 1, use: STILL },
    { name: "party", testMatch: "e2e/**/*.spec.js", testIgnore: [HOSTILE, SCREENS], use: STILL },
    { name: "screens", testMatch: SCREENS, workers: 1, use: { viewport: { width: 1920, height: 1080 } } },
    { name: "sdk", testMatch: "sdk/tests/browser/**/*.spec.js" },
  ],
  snapshotPathTemplate: "{snapshotDir}/{testFileDir}/{testFileName}-snapshots/{arg}{ext}",
  // The folder above holds Rust's target folder too: too large to be searched for tests.
  respectGitIgnore: true,
  outputDir: "out",
  reporter: [["list"]],
  // Most of a party's time is waiting for people, so two share two cores; limits of time go by what they wait for each other.
  workers: 2,
  fullyParallel: false,
  // A flaky test is a bug of the party or of the test: it shows.
  retries: 0,
  forbidOnly: inCi,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    browserName: "chromium",
    headless: true,
    // Without a graphics card every point costs processor time, which parties share.
    viewport: { width: 1280, height: 720 },
    actionTimeout: 10_000,
    navigationTimeout: 15_000,
    screenshot: "only-on-failure",
    // A trace films every test, which takes more of two cores than the game under test has left.
    trace: "off",
    launchOptions: {
      executablePath: findChromium(),
      args: [
        // Chromium's sandbox does not start as root, which is who runs in most CI containers.
        ...(isRoot ? ["--no-sandbox"] : []),
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        `--disable-features=${LEFT_OUT.join()}`,
        // As the party's own screen is started: pads are no user gesture, so nothing else would let sound begin.
        "--autoplay-policy=no-user-gesture-required",
        // A hung game's process may linger: no other game gets into it.
        "--enable-features=IsolateSandboxedIframes:grouping/per-document",
      ],
    },
  },
});
