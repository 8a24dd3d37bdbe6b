/**
 * The verifier's stage: frames a game as the big screen does, with the same sandbox, policy, messages and guard, and plays
 * rounds in it on a clock of its own (clock.js). The program drives it: `verifier.play(round)`, `verifier.resume()`.
 * @import { Avatar } from "/public/app/view.js"
 * @import { RoundState, SessionState } from "/public/app/types.js"
 * @import { Manner } from "./pads.js"
 * @typedef {object} Wanted a round that is to be played
 * @property {string} src address of the game
 * @property {number} durationSec
 * @property {number} seed
 * @property {number[]} activeSlots
 * @property {Manner[]} manners how each of the four seats plays
 * @property {number} pace virtual milliseconds in each real one, at most
 * @property {number[]} samplesAt moments of the round, in ms, at which the screen is compared
 * @property {string[] | null} reference what the screen was like at these moments in another round
 * @property {"never" | "at_samples" | "always"} draws when what the game draws is drawn
 * @property {boolean} stopsAfterSamples whether to end after the last sample
 * @property {boolean} snaps whether to stop at the moments worth a picture
 * @typedef {{costs: number[], digest: string, needsFrames: boolean}} Stepped what a frame says after a step
 */
import { FloodGate, FrameGuard } from "/public/app/frame/guard.js";
import { initPayload } from "/public/app/frame/messages.js";
import { openGame } from "/public/app/frame/open.js";
import { PadRelay, padsBySlot } from "/public/app/frame/relay.js";
import { Player } from "./pads.js";

/** Six frames of 60 Hz. Pads change at this rhythm. */
const STEP_MS = 100;
const TICK_MS = 100;
/** The init is repeated until the game is ready. */
const INIT_EVERY_MS = 100;
/** Time to get ready, of the game's clock. */
const READY_MS = 10_000;
/** What the host leaves a game after its time is out. */
const CLOSING_MS = 5_000;
/** A frame that says nothing for so long hangs: real time. A step of a game takes a few milliseconds. */
const HUNG_MS = 8_000;
/** Time for a game to load: real time. */
const LOAD_MS = 10_000;
/** The first moments go slower, because pictures and sounds are unpacked in real time: virtual ms, and their pace. */
const WARM_UP_MS = 1_500;
const WARM_UP_PACE = 6;
/** Pads as the daemon counts them: the browser's own are those of the machine at which somebody works. */
const FIRST_PAD = 100;
/** Pads come by this page alone. */
const NO_DAEMON = /** @type {const} */ ({ state: "off", url: null, token: null });
const ERRORS_MAX = 20;
/** When a picture is taken after a phase began, ms. */
const SNAP_AFTER_MS = { countdown: 700, play: 2500, results: 1500 };
/** A game that does not say when its play begins has counted down by then. */
const COUNTDOWN_MS = 3500;
const AVATARS = /** @type {Avatar[]} */ ([
  { id: "fox-orange", name: "Fox", color: "#FB8C00" },
  { id: "wizard-blue", name: "Wizard", color: "#1E88E5" },
  { id: "slime-green", name: "Slime", color: "#43A047" },
  { id: "ghost-purple", name: "Ghost", color: "#8E24AA" },
]);

const realFrames = async (count = 2) => {
  for (let n = 0; n < count; n += 1) await new Promise((done) => requestAnimationFrame(done));
};
const sleep = (/** @type {number} */ ms) => new Promise((done) => setTimeout(done, ms));

class Play {
  #wanted;
  #frame = document.createElement("iframe");
  #guard = new FrameGuard();
  #gate = new FloodGate(0);
  #relay = new PadRelay();
  #players;
  #round;
  #session;
  /** Virtual time since the frame was made, ms. */
  #now = 0;
  /** @type {number | null} */
  #readyAt = null;
  #loads = 0;
  #isForced = false;
  /** Whether something in the game goes on with the browser's own frames. */
  #needsFrames = false;
  /** @type {(stepped: Stepped | null) => void} */
  #stepped = () => {};
  /** @type {Set<string>} */
  #snapped = new Set();
  #result = {
    kind: "end",
    /** `ended`, `timeout`, `hung`, `lost`, `flooded`, `no_load`, `no_ready`; of rounds that are compared `differs`, `sampled` */
    outcome: "",
    readyMs: /** @type {number | null} */ (null),
    /** ms after ready */
    endedMs: /** @type {number | null} */ (null),
    isForced: false,
    scores: /** @type {(number | null)[] | null} */ (null),
    given: /** @type {object[]} */ ([]),
    phases: /** @type {{phase: string, atMs: number}[]} */ ([]),
    errors: /** @type {object[]} */ ([]),
    blocked: /** @type {object[]} */ ([]),
    digests: /** @type {string[]} */ ([]),
    frames: 0,
    medianFrameMs: 0,
    worstFrameMs: 0,
    worstAtMs: 0,
  };
  /** @type {number[]} */
  #costs = [];
  /** @type {number} */
  #samples = 0;

  /** @param {Wanted} wanted */
  constructor(wanted) {
    this.#wanted = wanted;
    this.#players = wanted.manners.map((manner, slot) => new Player(manner, slot, wanted.seed));
    const seats = [0, 1, 2, 3].map((slot) => (wanted.activeSlots.includes(slot) ? (AVATARS[slot]?.id ?? "") : ""));
    this.#round = /** @type {RoundState} */ (
      /** @type {unknown} */ ({
        id: `verify-${wanted.seed}`,
        frameAttempt: 1,
        avatarsBySlot: seats,
        game: { maxDurationSec: wanted.durationSec },
        seed: wanted.seed,
      })
    );
    this.#session = /** @type {SessionState} */ (
      /** @type {unknown} */ ({
        createdAt: "2026-01-17T19:00:00.000Z",
        playersBySlot: seats.map((avatarId, slot) => ({
          slot,
          avatarId,
          gamepadIndex: avatarId ? FIRST_PAD + slot : -1,
          lockedIn: avatarId !== "",
        })),
      })
    );
    window.addEventListener("message", this.#onMessage);
  }

  /** @param {(picture: object) => Promise<void>} snap */
  async run(snap) {
    this.#result.outcome = (await this.#load()) ?? (await this.#play(snap));
    window.removeEventListener("message", this.#onMessage);
    this.#frame.remove();
    const costs = this.#costs.toSorted((a, b) => a - b);
    this.#result.frames = costs.length;
    this.#result.medianFrameMs = costs[costs.length >> 1] ?? 0;
    return this.#result;
  }

  /** @returns {Promise<string | null>} why it came to nothing */
  async #load() {
    const frame = this.#frame;
    frame.style.cssText = "position:fixed;inset:0;width:100%;height:100%;border:0";
    const loaded = new Promise((done) =>
      openGame(frame, document.body, this.#wanted.src, () => {
        this.#loads += 1;
        // A frame that loads again is not the game any more.
        if (this.#loads > 1) this.#cut("lost");
        done(true);
      }),
    );
    return (await Promise.race([loaded, sleep(LOAD_MS)])) ? null : "no_load";
  }

  /** @param {(picture: object) => Promise<void>} snap @returns {Promise<string>} how it ended */
  async #play(snap) {
    const { durationSec, pace, snaps } = this.#wanted;
    let budgetAt = performance.now();
    for (;;) {
      const since = this.#readyAt === null ? null : this.#now - this.#readyAt;
      if (since === null && this.#now >= READY_MS) return "no_ready";
      if (since === null && this.#now % INIT_EVERY_MS === 0) this.#introduce();
      if (since !== null) {
        const left = durationSec * 1000 - since;
        if (left <= -CLOSING_MS) return "timeout";
        this.#host(since, left);
      }
      const sampleAt = this.#wanted.samplesAt[this.#samples];
      const isSample = since !== null && sampleAt !== undefined && since >= sampleAt;
      let picture = snaps && since !== null ? this.#picture(since) : null;
      this.#show(picture !== null || this.#needsFrames || this.#now < WARM_UP_MS);
      const stepped = await this.#step(isSample);
      if (this.#result.outcome) return this.#result.outcome;
      if (!stepped) return "hung";
      this.#needsFrames ||= stepped.needsFrames;
      if (isSample && this.#differs(stepped.digest)) return "differs";
      if (this.#wanted.stopsAfterSamples && this.#samples >= this.#wanted.samplesAt.length) return "sampled";
      // Of a game that does not say when it shows its results, at least their end.
      if (snaps && this.#result.scores && !this.#snapped.has("results")) picture = "results";
      if (picture) {
        this.#show(true);
        await realFrames(3);
        await snap({ kind: "snap", name: picture });
        budgetAt = performance.now();
      }
      if (this.#result.scores) return "ended";
      budgetAt += STEP_MS / (this.#now < WARM_UP_MS ? WARM_UP_PACE : pace);
      const ahead = budgetAt - performance.now();
      if (ahead > 4) await sleep(ahead);
      // Time that was lost is not caught up with.
      else if (ahead < -100) budgetAt = performance.now();
    }
  }

  #introduce() {
    this.#post("maribro:init", initPayload(this.#round, this.#session, AVATARS, this.#now, NO_DAEMON));
  }

  /** What the host page says at this moment. @param {number} since @param {number} left ms */
  #host(since, left) {
    const states = this.#players.map((player) => player.play(since));
    const pads = padsBySlot(this.#round, this.#session, (pad) => states[pad - FIRST_PAD] ?? null);
    const payload = this.#relay.next(pads, this.#now);
    if (payload) this.#post("maribro:pads", payload);
    if (since % TICK_MS === 0) this.#post("maribro:tick", { nowMs: this.#now, timeRemainingMs: Math.max(0, left) });
    if (left <= 0 && !this.#isForced) {
      this.#isForced = true;
      this.#result.isForced = true;
      this.#post("maribro:force_end", { reason: "timeout" });
    }
  }

  /** @param {boolean} sample @returns {Promise<Stepped | null>} null: it hangs */
  async #step(sample) {
    const answer = new Promise((done) => {
      this.#stepped = done;
    });
    this.#now += STEP_MS;
    const until = 100 + this.#now;
    this.#post("verify:step", { until, sample, draw: this.#draws(sample) });
    let timer = 0;
    const hung = new Promise((done) => {
      timer = window.setTimeout(done, HUNG_MS, null);
    });
    const stepped = /** @type {Stepped | null} */ (await Promise.race([answer, hung]));
    clearTimeout(timer);
    for (const cost of stepped?.costs ?? []) {
      if (this.#readyAt === null) continue;
      this.#costs.push(cost);
      if (cost <= this.#result.worstFrameMs) continue;
      this.#result.worstFrameMs = cost;
      this.#result.worstAtMs = this.#now - this.#readyAt;
    }
    return stepped;
  }

  /** Which frames of a step are drawn. @param {boolean} sample */
  #draws(sample) {
    if (this.#wanted.draws === "always") return "all";
    return sample && this.#wanted.draws === "at_samples" ? "last" : "none";
  }

  /** @param {string} digest */
  #differs(digest) {
    const { reference } = this.#wanted;
    const index = this.#samples;
    this.#samples += 1;
    this.#result.digests.push(digest);
    return reference?.[index] !== undefined && reference[index] !== digest;
  }

  /** A browser spends nothing on painting a frame that is out of sight. @param {boolean} isShown */
  #show(isShown) {
    const place = isShown ? "none" : "translateX(-200vw)";
    if (this.#frame.style.transform !== place) this.#frame.style.transform = place;
  }

  /** The picture that is due, if one is. @param {number} since */
  #picture(since) {
    const { phases } = this.#result;
    const began = (/** @type {string} */ phase) => phases.find((entry) => entry.phase === phase)?.atMs;
    const countdown = (began("countdown") ?? 0) + SNAP_AFTER_MS.countdown;
    const results = (began("results") ?? Number.POSITIVE_INFINITY) + SNAP_AFTER_MS.results;
    const play = (began("playing") ?? COUNTDOWN_MS) + SNAP_AFTER_MS.play;
    const due = [/** @type {const} */ (["countdown", countdown]), /** @type {const} */ (["play", play])];
    for (const [name, at] of [...due, /** @type {const} */ (["results", results])]) {
      if (since < at || this.#snapped.has(name)) continue;
      this.#snapped.add(name);
      return name;
    }
    return null;
  }

  /** @param {string} type @param {object} payload */
  #post(type, payload) {
    this.#frame.contentWindow?.postMessage({ type, payload }, "*");
  }

  /** @param {MessageEvent} event */
  #onMessage = (event) => {
    if (event.source !== this.#frame.contentWindow) {
      if (this.#gate.judge(this.#now, event.source !== null) === "cut") this.#cut("flooded");
      return;
    }
    if (this.#verifier(event.data)) return;
    const verdict = this.#gate.judge(this.#now, true);
    if (verdict === "cut") return this.#cut("flooded");
    if (verdict !== "read") return;
    const wasReady = this.#guard.ready;
    const read = this.#guard.read(event.data, this.#now);
    if (!read || !("report" in read)) return;
    const { report } = read;
    if (this.#guard.ready && !wasReady) {
      this.#readyAt = this.#now;
      this.#result.readyMs = this.#now;
    }
    const atMs = this.#now - (this.#readyAt ?? this.#now);
    if (report.kind === "phase") this.#result.phases.push({ phase: report.phase, atMs });
    if (report.kind === "ended") {
      this.#result.scores = report.scoresBySlot;
      this.#result.endedMs = atMs;
    }
  };

  /** What clock.js says. @param {any} data */
  #verifier(data) {
    const { errors, blocked, given } = this.#result;
    switch (data?.type) {
      case "verify:stepped":
        this.#stepped(data.payload);
        return true;
      case "verify:error":
        if (errors.length < ERRORS_MAX) errors.push(data.payload);
        return true;
      case "verify:blocked":
        if (blocked.length < ERRORS_MAX) blocked.push(data.payload);
        return true;
      case "verify:scores":
        if (given.length < ERRORS_MAX) given.push(data.payload);
        return true;
      default:
        return false;
    }
  }

  /** @param {string} outcome */
  #cut(outcome) {
    this.#result.outcome ||= outcome;
    this.#stepped(null);
  }
}

/** Wakes the play that waits for its picture to be taken. */
let resume = () => {};
/** @type {(news: object) => void} */
let tell = () => {};

/** Resolves with `{kind: "snap", name}` whenever a picture is to be taken, in the end with the result. */
const next = () =>
  new Promise((done) => {
    tell = done;
  });

Object.assign(window, {
  verifier: {
    /** @param {Wanted} wanted */
    play(wanted) {
      const news = next();
      const snap = (/** @type {object} */ picture) => {
        const taken = new Promise((done) => {
          resume = () => done(undefined);
        });
        tell(picture);
        return taken;
      };
      new Play(wanted).run(/** @type {any} */ (snap)).then(
        (result) => tell(result),
        (error) => tell({ kind: "broken", message: String(error?.stack ?? error) }),
      );
      return news;
    },
    resume() {
      const news = next();
      resume();
      return news;
    },
  },
});
