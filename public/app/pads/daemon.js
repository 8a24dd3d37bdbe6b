/**
 * The line to the input daemon: which pads it has, what is held, how often each button was pressed. Connects when the
 * host says where it is, connects again when the line breaks; without a line no pad of it is there.
 * @import { InputStatus } from "../types.js"
 * @import { DaemonCommand, DaemonPad, DaemonPadInfo } from "../view.js"
 */
import { readFrame } from "./daemon-frame.js";
import { LineMeter } from "./line-meter.js";

/** The subprotocol: docs/input-protocol.md. */
const PROTOCOL = "maribro.input.v1";
/** First wait before connecting again, in ms: a daemon that was killed is back within a second. */
const RETRY_FIRST_MS = 100;
/** Longest wait, in ms. */
const RETRY_MAX_MS = 2000;
/** How often the line is looked at, in ms. A frame comes at least as often. */
const LOOK_MS = 250;
/** Looks in a row without a message after which no button of its pads is held any more. A machine that is busy is silent for a second. */
const SILENT_LOOKS = 8;
/** Looks in a row without a message after which another line is tried. */
const DEAD_LOOKS = 40;
const COUNT_RANGE = 0x10000;

export class DaemonPads {
  meter = new LineMeter();
  /** Devices that the daemon cannot read, by GUID: their names. @type {Map<string, string>} */
  unmapped = new Map();
  /** Whether pads on Bluetooth may shake and shine. */
  bluetoothEffects = false;
  /** The last effect that was not carried out, and when (`performance.now()`): only the doctor tells of it. @type {{code: string, at: number} | null} */
  refusal = null;
  #greeted = false;
  #open;
  #clock;
  /** @type {WebSocket | null} */
  #socket = null;
  #address = "";
  #failures = 0;
  #silentLooks = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retry;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #looking;
  /** @type {Map<number, DaemonPadInfo>} */
  #infos = new Map();
  /** @type {Map<number, DaemonPad>} */
  #pads = new Map();
  /** Counters that never go back, also over another daemon. @type {Map<number, number[]>} */
  #presses = new Map();
  /** Raw counters of this connection at the last frame. @type {Map<number, number[]>} */
  #counts = new Map();
  /** @type {() => void} */
  #onChange = () => {};

  /**
   * @param {(url: string, protocol: string) => WebSocket} [open]
   * @param {() => number} [clock] ms
   */
  constructor(open = (url, protocol) => new WebSocket(url, protocol), clock = () => performance.now()) {
    this.#open = open;
    this.#clock = clock;
  }

  /** @param {() => void} listener called when pads came, went, or the line did */
  onChange(listener) {
    this.#onChange = listener;
  }

  /** Whether the daemon is heard on this line. */
  get isOpen() {
    return this.#greeted && !this.#isSilent;
  }

  get #isSilent() {
    return this.#silentLooks >= SILENT_LOOKS;
  }

  /** What the daemon said of its pads, those that are gone included, in the order of their numbers. */
  get infos() {
    return [...this.#infos.values()].sort((a, b) => a.number - b.number);
  }

  /**
   * Pads that are there, as the last frame had them.
   * @returns {Iterable<DaemonPad>}
   */
  read() {
    return this.#pads.values();
  }

  /** @param {number} number */
  info(number) {
    return this.#infos.get(number) ?? null;
  }

  /**
   * Goes where the host says that the daemon is; leaves when there is none.
   * @param {InputStatus} input
   */
  follow({ url, token }) {
    const address = url !== null && token !== null ? addressOf(url, token) : "";
    if (address === this.#address) {
      // The host says that it is back: no need to wait.
      if (address && !this.#socket) this.#connect();
      return;
    }
    this.#address = address;
    this.#failures = 0;
    this.#hangUp();
    if (address) this.#connect();
  }

  /**
   * Sends a command; false without a line. Nothing is kept for later.
   * @param {DaemonCommand} command
   */
  send(command) {
    if (!this.isOpen || this.#socket?.readyState !== 1) return false;
    this.#socket.send(JSON.stringify(command));
    return true;
  }

  /** Asks how long the way to the daemon and back is; `meter` has it. */
  measure() {
    if (this.isOpen && this.meter.ask(this.#clock())) this.send({ type: "list", payload: {} });
  }

  #connect() {
    clearTimeout(this.#retry);
    const socket = this.#open(this.#address, PROTOCOL);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    this.#silentLooks = 0;
    const isMine = () => this.#socket === socket;
    socket.addEventListener("message", ({ data }) => {
      if (isMine()) this.#hear(data);
    });
    socket.addEventListener("close", () => {
      if (isMine()) this.#lost();
    });
    this.#looking = setInterval(() => this.#look(), LOOK_MS);
  }

  /** A daemon that stands still holds its connections open. One that goes on is heard on the line that is there, and no press was lost. */
  #look() {
    if (!this.#greeted) return;
    this.#silentLooks += 1;
    if (this.#silentLooks >= DEAD_LOOKS) this.#lost();
    else if (this.#silentLooks === SILENT_LOOKS) {
      this.#pads.clear();
      this.#onChange();
    }
  }

  #lost() {
    this.#hangUp();
    if (!this.#address) return;
    const wait = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.min(this.#failures, 10));
    this.#failures += 1;
    this.#retry = setTimeout(() => this.#connect(), wait);
  }

  /** Nothing stays held. */
  #hangUp() {
    clearTimeout(this.#retry);
    clearInterval(this.#looking);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    const wasOpen = this.#greeted;
    this.#greeted = false;
    this.#infos.clear();
    this.#pads.clear();
    this.#counts.clear();
    this.unmapped.clear();
    this.refusal = null;
    this.meter = new LineMeter();
    if (wasOpen) this.#onChange();
  }

  /** @param {unknown} data */
  #hear(data) {
    const wasSilent = this.#isSilent;
    this.#silentLooks = 0;
    if (wasSilent) this.#onChange();
    if (data instanceof ArrayBuffer) this.#takeFrame(data);
    else if (typeof data === "string") this.#takeEvent(data);
  }

  /** @param {ArrayBuffer} data */
  #takeFrame(data) {
    const frame = readFrame(data);
    if (!frame) return;
    const now = this.#clock();
    for (const record of frame.pads) {
      const { number, connected, axes, buttons, counts } = record;
      const before = this.#counts.get(number);
      const total = this.#presses.get(number) ?? counts.map(() => 0);
      // The first counters on a line are where counting begins.
      const presses = total.map((sum, b) =>
        before ? sum + (((counts[b] ?? 0) - (before[b] ?? 0) + COUNT_RANGE) % COUNT_RANGE) : sum,
      );
      this.#counts.set(number, counts);
      this.#presses.set(number, presses);
      if (connected) this.#pads.set(number, { number, axes, buttons, presses, counts });
      else this.#pads.delete(number);
    }
    this.meter.frame(frame, now);
  }

  /** @param {string} text */
  #takeEvent(text) {
    /** @type {{type: unknown, payload: any}} */
    let event;
    try {
      event = JSON.parse(text);
    } catch (error) {
      console.warn("the input daemon sent something that is not JSON", error);
      return;
    }
    const { type, payload } = event;
    switch (type) {
      case "hello":
        this.#greeted = true;
        this.#failures = 0;
        this.bluetoothEffects = payload.bluetoothEffects === true;
        this.#takeInfos(payload.pads);
        break;
      case "pads":
        this.#takeInfos(payload.pads);
        this.meter.answer(this.#clock());
        break;
      case "connected":
        this.#infos.set(payload.number, payload);
        break;
      case "disconnected": {
        const info = this.#infos.get(payload.number);
        if (info) this.#infos.set(payload.number, { ...info, connected: false });
        this.#pads.delete(payload.number);
        break;
      }
      case "battery":
        this.#amend(payload.number, { battery: payload.level });
        break;
      case "rates":
        for (const { number, reportHz, jitterMs } of payload.rates) this.#amend(number, { reportHz, jitterMs });
        break;
      case "mapping":
        if (payload.mapped) this.unmapped.delete(payload.guid);
        else this.unmapped.set(payload.guid, payload.name);
        break;
      case "error":
        // An effect that a pad cannot do is no trouble in a game.
        this.refusal = { code: payload.code, at: this.#clock() };
        break;
    }
    this.#onChange();
  }

  /** @param {DaemonPadInfo[]} infos */
  #takeInfos(infos) {
    this.#infos = new Map(infos.map((info) => [info.number, info]));
  }

  /** @param {number} number @param {Partial<DaemonPadInfo>} news */
  #amend(number, news) {
    const info = this.#infos.get(number);
    if (info) this.#infos.set(number, { ...info, ...news });
  }
}

/** @param {string} url @param {string} token */
function addressOf(url, token) {
  // Not by URLSearchParams: the daemon takes a plus for a plus.
  return new URL(`?token=${encodeURIComponent(token)}`, url).href;
}
